"""The formats that apps get from one link: share links, a sing-box configuration, a Clash configuration."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.link_client import (
    CLASH,
    SING_BOX,
    LinkClient,
    Page,
    clash,
    decoded,
    is_placeholder,
    lines,
    outbounds,
    remarks,
    sing_box,
)
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.subscription_page.apps.telegram_networks import NETWORKS

HIDDIFY = "HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box"
GB = 1_000_000_000


@pytest.fixture
def shop() -> Shop:
    """A shop with three servers that have no titles, so that they are named after their countries."""
    shop = with_servers(shop_in_memory(), "de", "fi", "nl")
    shop.trial = replace(TRIAL, traffic_limit_bytes=50 * GB)
    for server_id in ("de", "fi", "nl"):
        known = shop.servers.get(server_id)
        assert known.endpoint is not None
        untitled = replace(known, title="")
        shop.servers.put(replace(untitled, endpoint=untitled.presented(known.endpoint)))
    return shop


def change_inbound(shop: Shop, server_id: str, **fields: Any) -> None:
    """Change the inbound of a server on its panel, and reconcile so that all links show the change."""
    plain = Endpoint(f"{server_id}.example", 443, "k" * 43, "www.example.com", "ab12")
    shop.panel.endpoints[server_id, shop.servers.get(server_id).inbound_id] = replace(plain, **fields)
    reconcile_now(shop, server_id)


COUNTRIES = ["🇩🇪 Germany", "🇫🇮 Finland", "🇳🇱 Netherlands"]


class TestTheSameKeysInEveryFormat:
    """One link serves each app in the format that the app reads."""

    def test_apps_on_xray_core_get_share_links_named_after_countries(self, client: LinkClient) -> None:
        assert remarks(client.app()) == COUNTRIES

    def test_apps_on_sing_box_get_its_json(self, client: LinkClient, shop: Shop) -> None:
        ids = {server_id: held.credentials.client_id for (server_id, _), held in shop.panel.held.items()}
        response = client.app(SING_BOX)
        assert [(found["tag"], found["server"], found["uuid"]) for found in outbounds(response)] == [
            (name, f"{place}.example", str(ids[place]))
            for name, place in zip(COUNTRIES, ("de", "fi", "nl"), strict=True)
        ]
        assert outbounds(response)[0]["tls"]["reality"] == {
            "enabled": True,
            "public_key": "k" * 43,
            "short_id": "ab12",
        }
        assert outbounds(response)[0]["flow"] == "xtls-rprx-vision"
        assert sing_box(response)["route"]["final"] == outbounds(response, "selector")[0]["tag"]
        assert outbounds(response, "urltest")[0]["outbounds"] == COUNTRIES

    def test_apps_on_clash_get_yaml(self, client: LinkClient) -> None:
        configuration = clash(client.app(CLASH))
        assert [proxy["name"] for proxy in configuration["proxies"]] == COUNTRIES
        first = configuration["proxies"][0]
        assert (first["server"], first["port"], first["servername"]) == ("de.example", 443, "www.example.com")
        assert first["reality-opts"] == {"public-key": "k" * 43, "short-id": "ab12"}
        chooser, fastest = configuration["proxy-groups"]
        assert chooser["proxies"] == [fastest["name"], *COUNTRIES]
        assert configuration["rules"][-1] == f"MATCH,{chooser['name']}"

    def test_hiddify_gets_share_links(self, client: LinkClient) -> None:
        assert remarks(client.app(HIDDIFY)) == COUNTRIES

    @pytest.mark.parametrize("user_agent", ["Happ/4.6.0/ios/26", "curl/8.5.0", "Mozilla/5.0 (iPhone)"])
    def test_a_format_that_is_named_in_the_request_is_used_for_every_client(
        self, client: LinkClient, user_agent: str
    ) -> None:
        assert sing_box(client.app(user_agent, format="sing-box"))
        assert clash(client.app(user_agent, format="clash"))
        assert lines(client.app(user_agent, format="base64"))

    def test_an_unknown_format_is_ignored(self, client: LinkClient) -> None:
        assert remarks(client.app(format="surge")) == COUNTRIES

    @pytest.mark.parametrize("format_name", ["base64", "sing-box", "clash"])
    def test_every_format_has_the_same_headers(self, client: LinkClient, format_name: str) -> None:
        plain, other = client.app().headers, client.app(format=format_name).headers
        differing = {"content-type", "etag"}
        assert {name: value for name, value in other.items() if name not in differing} == {
            name: value for name, value in plain.items() if name not in differing
        }


class TestServersThatAcceptAnApp:
    """Xray 26.7.11 rejects sing-box and mihomo without an error message where `minClientVer` is empty."""

    @pytest.mark.parametrize("user_agent", [SING_BOX, HIDDIFY, CLASH])
    def test_an_app_gets_only_servers_that_accept_it(self, client: LinkClient, shop: Shop, user_agent: str) -> None:
        change_inbound(shop, "de", accepts_every_app=False)
        assert remarks(client.app()) == COUNTRIES
        shown = client.app(user_agent)
        assert "de.example" not in (str(lines(shown)) if user_agent == HIDDIFY else shown.body)
        assert "fi.example" in (str(lines(shown)) if user_agent == HIDDIFY else shown.body)

    @pytest.mark.parametrize("user_agent", [HIDDIFY, SING_BOX, CLASH])
    def test_an_app_that_no_server_accepts_gets_a_placeholder_that_says_so(
        self, client: LinkClient, shop: Shop, user_agent: str
    ) -> None:
        for server_id in ("de", "fi", "nl"):
            change_inbound(shop, server_id, accepts_every_app=False)
        response = client.app(user_agent)
        if user_agent == HIDDIFY:
            assert remarks(response) == ["❌ Use Happ for this VPN"]
            assert is_placeholder(response)
        elif user_agent == CLASH:
            assert [proxy["name"] for proxy in clash(response)["proxies"]] == ["❌ Use Happ for this VPN"]
            assert clash(response)["rules"][-1] == "MATCH,DIRECT"
        else:
            assert [found["tag"] for found in outbounds(response)] == ["❌ Use Happ for this VPN"]
            assert sing_box(response)["route"]["final"] == "direct"

    def test_xhttp_servers_are_given_only_to_apps_on_xray_core(self, client: LinkClient, shop: Shop) -> None:
        change_inbound(shop, "de", network="xhttp", flow="", path="/up", mode="auto", host_header="cdn.example")
        (first, *_) = lines(client.app())
        assert "type=xhttp" in first
        assert "path=%2Fup" in first
        assert "mode=auto" in first
        assert "host=cdn.example" in first
        assert "flow=" not in first
        assert [found["tag"] for found in outbounds(client.app(SING_BOX))] == COUNTRIES[1:]
        assert [proxy["name"] for proxy in clash(client.app(CLASH))["proxies"]] == COUNTRIES[1:]

    def test_a_share_link_contains_the_post_quantum_key(self, client: LinkClient, shop: Shop) -> None:
        change_inbound(shop, "de", verify_key="mldsa+key=")
        assert "pqv=mldsa%2Bkey%3D" in lines(client.app())[0]


class TestWithoutAUsableKey:
    """A placeholder gives the reason, in every format, and its rules route all traffic directly."""

    def test_after_the_end_every_format_has_a_placeholder_and_direct_routes(
        self, client: LinkClient, shop: Shop
    ) -> None:
        shop.days(3.1)
        assert remarks(client.app()) == ["⚪️ VPN is off · renew in the bot"]
        assert [found["server"] for found in outbounds(client.app(SING_BOX))] == ["127.0.0.1"]
        assert sing_box(client.app(SING_BOX))["route"]["final"] == "direct"
        assert "telegram.org" not in client.app(SING_BOX).body
        assert clash(client.app(CLASH))["rules"][-1] == "MATCH,DIRECT"

    def test_used_up_traffic_is_shown_in_app_and_page(self, client: LinkClient, shop: Shop) -> None:
        shop.panel.use("nl", 51 * GB)
        reconcile_now(shop)
        assert remarks(client.app()) == ["🔴 Traffic used up · see the bot"]
        assert "used up" in decoded(client.app().headers["announce"])
        assert "You have used 51 of 50 GB" in Page(client.browser()).text

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_every_placeholder_text_fits_into_the_list_of_an_app(
        self, client: LinkClient, shop: Shop, language: str
    ) -> None:
        messages = client.links._messages
        for name in ("making", "expired", "used_up", "paused", "telegram", "other_app"):
            assert len(messages.text(language, f"entry-{name}")) <= 34


class TestLimitedInbound:
    """After the end, the operator's limited inbound still reaches Telegram, so that a person can renew."""

    @pytest.fixture
    def client(self, shop: Shop) -> LinkClient:
        """The link of a person whose trial has ended; two of three servers have a limited inbound."""
        for server_id in ("de", "nl"):
            shop.panel.endpoints[server_id, 2] = Endpoint(
                f"{server_id}.example", 9443, "l" * 43, "limited.example", "cd"
            )
            change(shop, server_id, limited_inbound_id=2)
        shop.on_trial()
        for server_id in ("de", "nl"):
            reconcile_now(shop, server_id)
        assert remarks(LinkClient(shop).app()) == COUNTRIES
        shop.days(3.1)
        return LinkClient(shop)

    def test_the_limited_endpoints_are_shown_with_the_reason(self, client: LinkClient) -> None:
        assert remarks(client.app()) == ["✈️ Telegram only 1", "✈️ Telegram only 2", "⚪️ VPN is off · renew in the bot"]
        assert [line.partition("@")[2].partition("?")[0] for line in lines(client.app())[:2]] == [
            "de.example:9443",
            "nl.example:9443",
        ]

    def test_formats_with_routing_rules_route_only_telegram_through_the_vpn(self, client: LinkClient) -> None:
        configuration = sing_box(client.app(SING_BOX))
        (rule,) = [rule for rule in configuration["route"]["rules"] if "ip_cidr" in rule]
        assert rule["ip_cidr"] == list(NETWORKS)
        assert rule["outbound"] == outbounds(client.app(SING_BOX), "selector")[0]["tag"]
        assert configuration["route"]["final"] == "direct"
        assert outbounds(client.app(SING_BOX), "urltest")[0]["outbounds"] == [
            "✈️ Telegram only 1",
            "✈️ Telegram only 2",
        ]
        rules = clash(client.app(CLASH))["rules"]
        assert "IP-CIDR,149.154.160.0/20,VPN,no-resolve" in rules
        assert "DOMAIN-SUFFIX,t.me,VPN" in rules
        assert rules[-1] == "MATCH,DIRECT"

    def test_the_page_says_that_telegram_works(self, client: LinkClient) -> None:
        assert "Telegram still works" in Page(client.browser()).text

    def test_a_month_later_the_link_is_invalid(self, client: LinkClient, shop: Shop) -> None:
        shop.days(31)
        assert client.app().status == 404


class TestConditionalRequests:
    """Apps poll with `If-None-Match`: a response that has not changed is not sent again."""

    def test_an_unchanged_response_is_304_without_a_body_but_with_the_headers(self, client: LinkClient) -> None:
        first = client.app()
        again = client.app(if_none_match=first.headers["etag"])
        assert (again.status, again.body, again.headers) == (304, "", first.headers)

    @pytest.mark.parametrize("given", ["W/{}", '"other", {}', "*"])
    def test_weak_tags_lists_of_tags_and_the_asterisk_match(self, client: LinkClient, given: str) -> None:
        tag = client.app().headers["etag"]
        assert client.app(if_none_match=given.format(tag)).status == 304

    def test_a_changed_response_is_sent(self, client: LinkClient, shop: Shop) -> None:
        tag = client.app().headers["etag"]
        shop.clock.advance(timedelta(days=2, hours=1))
        last_day = client.app(if_none_match=tag)
        assert (last_day.status, "announce" in last_day.headers) == (200, True)
        change_inbound(shop, "de", port=8443)
        assert client.app(if_none_match=last_day.headers["etag"]).status == 200

    def test_each_format_has_a_different_tag(self, client: LinkClient) -> None:
        tags = {client.app(format=name).headers["etag"] for name in ("base64", "sing-box", "clash")}
        assert len(tags) == 3

    def test_a_304_is_recorded_as_a_fetch(self, client: LinkClient, shop: Shop) -> None:
        tag = client.app("curl/8", format="base64").headers["etag"]
        shop.clock.advance(timedelta(hours=2))
        client.app(if_none_match=tag)
        fetch = shop.look().fetch
        assert fetch is not None
        assert fetch.last_at == shop.clock()

    def test_an_invalid_link_is_404_whatever_tag_is_sent(self, client: LinkClient) -> None:
        assert client.app(token="", if_none_match="*") == client.app(token="")


class TestHead:
    """The method HEAD."""

    @pytest.mark.parametrize("user_agent", ["Happ/4.6.0/ios/26", SING_BOX, "Mozilla/5.0 (iPhone)"])
    def test_head_has_the_headers_of_get_and_no_body_and_records_no_fetch(
        self, client: LinkClient, shop: Shop, user_agent: str
    ) -> None:
        head = client.app(user_agent, head=True)
        assert shop.look().fetch is None
        get = client.app(user_agent)
        assert (head.status, head.headers, head.body) == (get.status, get.headers, "")

    def test_an_invalid_link_has_the_same_response_to_head(self, client: LinkClient) -> None:
        assert client.app(token="", head=True) == client.app(token="")


def test_every_repeated_request_costs_one_read_and_nothing_else(client: LinkClient, shop: Shop) -> None:
    client.app()
    reads_before = shop.servers.reads
    for fields in ({"format": "sing-box"}, {"format": "clash"}, {"head": True}, {"if_none_match": "*"}):
        shop.faults.passed.clear()
        client.app(**fields)
        assert shop.faults.passed == ["query"]
    for app in ("", "happ"):
        shop.faults.passed.clear()
        client.browser(open=app)
        assert shop.faults.passed == ["query"]
    assert shop.servers.reads == reads_before
