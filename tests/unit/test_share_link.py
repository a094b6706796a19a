"""Share links, parsed as v2rayNG parses them, and the X25519 keys and credentials in them."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from ipaddress import IPv6Address
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.memory_store import MemoryStore
from tests.unit.v2rayng_parser import UnreadableLinkError, parse
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Derivation, Key, KeyRing
from vpnbot.domain.keys.share_link import Endpoint, UnusableEndpoint, share_link
from vpnbot.panels.demo import DEMO_SERVER, DemoPanel


def public_key_of(private: X25519PrivateKey) -> str:
    """Return a public key as a link contains it: base64url without padding."""
    return urlsafe_b64encode(private.public_key().public_bytes_raw()).decode().rstrip("=")


ENDPOINT = Endpoint(
    host="nl.example.com",
    port=443,
    public_key=public_key_of(X25519PrivateKey.from_private_bytes(bytes(range(32)))),
    server_name="www.example.com",
    short_id="0a1b2c3d",
)
CLIENT = UUID("7b1f7d0e-7f0b-4d36-9a38-0c7a5bb8a001")
SPECIAL_CHARACTERS = st.text(alphabet=st.sampled_from("=&+%#?/ @:[]\\|\"'<>;,a0Яё日🇳🇱\n"), min_size=1)
ANY_TEXT = st.text(st.characters(codec="utf-8"), min_size=1)


class TestShareLink:
    """The app reads exactly the values from which the link was made."""

    def test_the_link_has_the_documented_form(self) -> None:
        link = share_link(CLIENT, ENDPOINT, "Нидерланды")
        assert link == (
            f"vless://{CLIENT}@nl.example.com:443?type=tcp&encryption=none&security=reality"
            f"&pbk={ENDPOINT.public_key}&fp=chrome&sni=www.example.com&sid=0a1b2c3d&spx=%2F&flow=xtls-rprx-vision"
            "#%D0%9D%D0%B8%D0%B4%D0%B5%D1%80%D0%BB%D0%B0%D0%BD%D0%B4%D1%8B"
        )

    def test_the_app_reads_everything_that_reality_needs(self) -> None:
        profile = parse(share_link(CLIENT, ENDPOINT, "NL"))
        assert (profile.password, profile.server, profile.port) == (str(CLIENT), "nl.example.com", 443)
        assert profile.parameters == {
            "type": "tcp",
            "encryption": "none",
            "security": "reality",
            "pbk": ENDPOINT.public_key,
            "fp": "chrome",
            "sni": "www.example.com",
            "sid": "0a1b2c3d",
            "spx": "/",
            "flow": "xtls-rprx-vision",
        }

    @given(value=SPECIAL_CHARACTERS | ANY_TEXT)
    def test_no_value_is_cut_changed_or_confused_with_another(self, value: str) -> None:
        special = replace(ENDPOINT, spider_x=value, server_name=value, short_id=value, fingerprint=value)
        found = parse(share_link(CLIENT, special, "NL")).parameters
        assert [found[name] for name in ("spx", "sni", "sid", "fp")] == [value] * 4
        assert found["flow"] == ENDPOINT.flow

    @given(remark=(SPECIAL_CHARACTERS | ANY_TEXT).filter(lambda text: "%" not in text))
    def test_the_remark_is_shown_unchanged(self, remark: str) -> None:
        assert parse(share_link(CLIENT, ENDPOINT, remark)).remarks == remark

    def test_a_percent_sign_survives_an_app_that_decodes_twice(self) -> None:
        assert parse(share_link(CLIENT, ENDPOINT, "Скидка 50%")).remarks == "Скидка 50%"

    @given(address=st.ip_addresses(v=6))
    def test_an_ipv6_address_is_in_brackets(self, address: IPv6Address) -> None:
        link = share_link(CLIENT, replace(ENDPOINT, host=str(address)), "NL")
        assert f"@[{address}]:443?" in link
        assert parse(link).server == str(address)

    def test_an_international_host_name_is_encoded_in_ascii(self) -> None:
        link = share_link(CLIENT, replace(ENDPOINT, host="пример.example.com"), "NL")
        assert parse(link).server == "xn--e1afmkfd.example.com"

    @pytest.mark.parametrize(
        ("without", "parameter"),
        [
            (replace(ENDPOINT, flow=""), "flow"),
            (replace(ENDPOINT, short_id=""), "sid"),
            (replace(ENDPOINT, spider_x=""), "spx"),
            (replace(ENDPOINT, fingerprint=""), "fp"),
        ],
    )
    def test_an_empty_parameter_is_left_out(self, without: Endpoint, parameter: str) -> None:
        assert parameter not in parse(share_link(CLIENT, without, "NL")).parameters

    @pytest.mark.parametrize("stored", ["[2001:db8::5]", "2001:DB8::5"])
    def test_an_address_in_the_form_of_a_panel_is_shown_in_that_of_apps(self, stored: str) -> None:
        assert "@[2001:db8::5]:443?" in share_link(CLIENT, replace(ENDPOINT, host=stored), "NL")

    @pytest.mark.parametrize(
        "broken",
        [
            replace(ENDPOINT, host=""),
            replace(ENDPOINT, host="https://nl.example.com"),
            replace(ENDPOINT, host=f"{'a' * 64}.example"),
            replace(ENDPOINT, port=0),
            replace(ENDPOINT, port=65536),
            replace(ENDPOINT, server_name="a\ud800"),
            replace(ENDPOINT, extra="\udfff"),
        ],
    )
    def test_an_endpoint_that_no_app_can_use_has_no_link(self, broken: Endpoint) -> None:
        with pytest.raises(UnusableEndpoint):
            share_link(CLIENT, broken, "NL")

    def test_the_padding_of_xhttp_is_also_a_parameter_of_its_own(self) -> None:
        padded = replace(ENDPOINT, network="xhttp", flow="", extra='{"xPaddingBytes":"100-1000"}')
        assert parse(share_link(CLIENT, padded, "NL")).parameters["x_padding_bytes"] == "100-1000"

    def test_a_link_is_shorter_than_400_characters(self) -> None:
        assert len(share_link(CLIENT, ENDPOINT, "Нидерланды, Амстердам")) < 400


class TestParser:
    """The parser of these tests fails where the app fails."""

    @pytest.mark.parametrize(
        "broken",
        [
            "vless://id@host:443?flow#x",
            "vless://id@host:443#x",
            "vless://id@2001:db8::1:443?a=b#x",
            "vless://id@сервер:443?a=b#x",
            "trojan://id@host:443?a=b#x",
            "vless://id@host:443?a=b c#x",
        ],
    )
    def test_it_rejects_a_link_that_the_app_cannot_read(self, broken: str) -> None:
        with pytest.raises(UnreadableLinkError):
            parse(broken)

    def test_it_cuts_a_value_at_a_second_equals_sign_and_reads_plus_literally(self) -> None:
        assert parse("vless://id@host:443?pbk=abc=def&spx=a+b#x+y").parameters == {"pbk": "abc", "spx": "a+b"}

    def test_it_keeps_a_value_that_cannot_be_decoded(self) -> None:
        assert parse("vless://id@host:443?a=%zz#").parameters == {"a": "%zz"}


class TestKeys:
    """Public keys and credentials in a link are valid."""

    @given(seed=st.binary(min_size=32, max_size=32))
    def test_the_app_and_the_server_agree_on_a_secret(self, seed: bytes) -> None:
        server = X25519PrivateKey.from_private_bytes(seed)
        found = parse(share_link(CLIENT, replace(ENDPOINT, public_key=public_key_of(server)), "NL"))
        raw = urlsafe_b64decode(found.parameters["pbk"] + "=")
        assert (len(found.parameters["pbk"]), len(raw)) == (43, 32)
        app = X25519PrivateKey.generate()
        assert app.exchange(X25519PublicKey.from_public_bytes(raw)) == server.exchange(app.public_key())

    def test_a_demo_server_has_a_public_key_that_apps_accept(self) -> None:
        ring = KeyRing({1: b"s" * 32})
        person, key = ring.person_id(7), Key(1, "seed")
        access = Access("demo", key, Wanted.ENABLED, devices=2)
        credentials = access.credentials(ring, person)
        endpoint = DemoPanel(DEMO_SERVER, MemoryStore()).apply(credentials, access)
        assert endpoint is not None
        found = parse(share_link(credentials.client_id, endpoint, DEMO_SERVER.title))
        raw = urlsafe_b64decode(found.parameters["pbk"] + "=")
        assert X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(raw))
        assert re.fullmatch(r"([0-9a-f]{2}){1,8}", found.parameters["sid"])

    @given(
        user=st.integers(1, 2**52),
        seed=st.text("0123456789abcdef", min_size=32, max_size=32),
        generation=st.integers(1, 9),
        derivation=st.sampled_from(Derivation),
    )
    def test_credentials_have_a_form_that_panels_and_xray_accept(
        self, user: int, seed: str, generation: int, derivation: Derivation
    ) -> None:
        ring = KeyRing({1: b"s" * 32})
        made = ring.credentials(ring.person_id(user), Key(1, seed, generation), "nl", derivation)
        assert made.client_id.version == uuid4().version
        assert made.client_id.variant == uuid4().variant
        assert re.fullmatch(r"[a-z0-9_]{8,}", made.email)
        assert re.fullmatch(r"[a-z0-9_]{8,}", made.sub_id)
        assert made == ring.credentials(ring.person_id(user), Key(1, seed, generation), "nl", derivation)
