"""Ids, credentials and link tokens derived from secrets: stable, different for each key, invalid after a rotation."""

import hmac
import re
from base64 import urlsafe_b64decode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.keys.key_ring import (
    LINK_TOKEN_LENGTH,
    Credentials,
    Derivation,
    Key,
    KeyRing,
    PersonId,
    may_be_ours,
    person_of_token,
)
from vpnbot.errors import UnknownKeyVersion

RING = KeyRing({1: b"a" * 32})
ROTATED = KeyRing({1: b"a" * 32, 2: b"b" * 32})
PERSON = RING.person_id(42)
KEY = Key(1, "5eed" * 8)


def credentials_of(
    ring: KeyRing = RING,
    key: Key = KEY,
    server_id: str = "nl",
    derivation: Derivation = Derivation.PER_SERVER,
    person: PersonId = PERSON,
) -> Credentials:
    """Return the credentials of a key on a server, by default those of a new key on `nl`."""
    return ring.credentials(person, key, server_id, derivation)


def test_a_person_id_stays_the_same_when_a_secret_is_added() -> None:
    assert ROTATED.person_id(42) == PERSON
    assert re.fullmatch("[0-9a-f]{32}", PERSON)


def test_a_person_id_depends_on_the_secret_and_is_unique() -> None:
    assert KeyRing({1: b"b" * 32}).person_id(42) != PERSON
    assert len({RING.person_id(user_id) for user_id in range(1000)}) == 1000


def test_new_keys_use_the_newest_secret_and_old_keys_do_not_change() -> None:
    assert (RING.current, ROTATED.current) == (1, 2)
    for derivation in Derivation:
        assert credentials_of(ROTATED, derivation=derivation) == credentials_of(derivation=derivation)
        new = credentials_of(ROTATED, Key(2, KEY.seed), derivation=derivation)
        assert new != credentials_of(derivation=derivation)


def test_the_same_key_always_gives_the_same_credentials() -> None:
    assert credentials_of() == credentials_of(key=Key(1, "5eed" * 8))


@pytest.mark.parametrize("server_id", ["nl", "de"])
def test_a_shared_key_of_an_earlier_release_has_the_credentials_that_its_panels_have(server_id: str) -> None:
    assert credentials_of(server_id=server_id, derivation=Derivation.SHARED) == Credentials(
        UUID("c8812899-d031-436e-9760-a1d4449f76ab"),
        "v_tbcy5yexj32qwxe3",
        "gd4wmxhaf62z2ja5",
        "vpnbot 566fae27831fb81a1d5b22eaa6366c57 3180752c9003aa47",
    )


def test_a_key_of_this_release_never_gets_other_credentials() -> None:
    assert credentials_of() == Credentials(
        UUID("ec8ec1c8-3078-466c-b7ff-3f67e9883656"),
        "v_tbcy5yexj32qwxe3",
        "2drzktgpdoplf2s4",
        "vpnbot 566fae27831fb81a1d5b22eaa6366c57 3180752c9003aa47",
    )


def test_what_opens_a_server_is_different_on_each_one_and_the_name_is_the_same() -> None:
    servers = [f"server{number}" for number in range(100)]
    made = [credentials_of(server_id=server_id) for server_id in servers]
    assert len({one.client_id for one in made}) == len({one.sub_id for one in made}) == len(servers)
    assert {one.email for one in made} == {RING.client_name(PERSON, KEY)}
    shared = credentials_of(derivation=Derivation.SHARED)
    assert shared.client_id not in {one.client_id for one in made}
    assert shared.sub_id not in {one.sub_id for one in made}


@pytest.mark.parametrize("derivation", Derivation)
def test_credentials_have_the_form_that_a_panel_accepts(derivation: Derivation) -> None:
    credentials = credentials_of(derivation=derivation)
    assert re.fullmatch("v_[a-z2-7]{16}", credentials.email)
    assert re.fullmatch("[a-z2-7]{16}", credentials.sub_id)
    assert credentials.client_id.version == 4


def test_names_of_our_clients_are_recognised_by_their_form() -> None:
    keys = [Key(1, f"seed {number}") for number in range(50)]
    assert all(may_be_ours(RING.client_name(PERSON, key)) for key in keys)


@pytest.mark.parametrize(
    "name",
    ["", "alice", "Мама", "v_", f"v_{'a' * 15}", f"v_{'a' * 17}", f"V_{'a' * 16}", f"v_{'A' * 16}", f"v_{'1' * 16}"],
)
def test_names_of_any_other_form_are_not_ours(name: str) -> None:
    assert not may_be_ours(name)


@pytest.mark.parametrize(
    ("person", "key"),
    [(RING.person_id(43), KEY), (PERSON, Key(1, "other")), (PERSON, Key(1, KEY.seed, generation=2))],
)
def test_another_person_seed_or_generation_gives_entirely_different_credentials(person: PersonId, key: Key) -> None:
    for derivation in Derivation:
        mine = credentials_of(derivation=derivation)
        other = credentials_of(key=key, person=person, derivation=derivation)
        assert mine.client_id != other.client_id
        assert mine.email != other.email
        assert mine.sub_id != other.sub_id
    assert RING.link_token(PERSON, KEY) != RING.link_token(person, key)


def test_the_error_for_a_key_of_a_missing_secret_names_its_version() -> None:
    with pytest.raises(UnknownKeyVersion, match="no version 2"):
        credentials_of(key=Key(2, "x"))


def test_a_token_contains_its_person_and_is_safe_in_a_url() -> None:
    token = RING.link_token(PERSON, KEY)
    assert len(token) == LINK_TOKEN_LENGTH
    assert re.fullmatch("[A-Za-z0-9_-]{43}", token)
    assert person_of_token(token) == PERSON
    assert RING.link_token_matches(token, PERSON, KEY)


def test_a_token_holds_no_secret_and_no_telegram_id() -> None:
    raw = urlsafe_b64decode(RING.link_token(PERSON, KEY) + "=")
    assert b"42" not in raw
    assert KEY.seed.encode() not in raw
    assert len(raw) == 32


@pytest.mark.parametrize("key", [Key(1, KEY.seed, generation=2), Key(1, "a new seed"), Key(2, KEY.seed)])
def test_a_token_is_invalid_after_the_key_is_rotated(key: Key) -> None:
    assert not ROTATED.link_token_matches(ROTATED.link_token(PERSON, KEY), PERSON, key)


def test_a_token_of_another_person_does_not_match() -> None:
    other = RING.person_id(43)
    assert not RING.link_token_matches(RING.link_token(other, KEY), PERSON, KEY)
    assert not RING.link_token_matches(RING.link_token(PERSON, KEY), other, KEY)


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return real(left, right)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert not RING.link_token_matches("A" * 43, PERSON, KEY)
    assert compared == [(b"A" * 43, RING.link_token(PERSON, KEY).encode())]


@pytest.mark.parametrize(
    "token", ["", "A" * 42, "A" * 44, "!" * 43, "=" * 43, "é" * 43, "A" * 42 + "!", "A" * 42 + "\n", "A" * 42 + "B"]
)
def test_an_invalid_token_has_no_person(token: str) -> None:
    assert person_of_token(token) is None


@given(st.text(max_size=60))
def test_any_text_has_either_no_person_or_a_complete_person_id(token: str) -> None:
    person = person_of_token(token)
    assert person is None or re.fullmatch("[0-9a-f]{32}", person)
    assert not RING.link_token_matches(token, PERSON, KEY)


@given(st.integers(0, 42), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_a_token_with_one_changed_character_does_not_match(position: int, character: str) -> None:
    token = RING.link_token(PERSON, KEY)
    forged = token[:position] + character + token[position + 1 :]
    assert RING.link_token_matches(forged, PERSON, KEY) == (forged == token)


def test_two_keys_of_one_person_have_different_tags() -> None:
    assert KEY.tag == "5eed5eed.1"
    assert KEY.tag != Key(1, KEY.seed, generation=2).tag
