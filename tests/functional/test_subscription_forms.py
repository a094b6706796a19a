"""What different apps get from one link: share links, a sing-box configuration, a Clash configuration."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml

from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.link_client import LinkClient, Page, leads_nowhere, lines, remarks, words
from tests.functional.usecases.reconciled_servers import change, reconcile_now, with_servers
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.subscription_page.apps.telegram_networks import NETWORKS
from vpnbot.subscription_page.responses import PageResponse

SING_BOX = "SFA/1.12.4 (Build 500; sing-box 1.12.4; language en_US)"
CLASH = "FlClash/v0.8.80 clash-verge Platform/android"
HIDDIFY = "HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box"
GB = 1_000_000_000


@pytest.fixture
def shop() -> Shop:
    """A shop with three servers that go by their countries."""
    shop = with_servers(shop_in_memory(), "de", "fi", "nl")
    shop.trial = replace(TRIAL, traffic_limit_bytes=50 * GB)
    for server_id in ("de", "fi", "nl"):
        known = shop.servers.get(server_id)
        assert known.endpoint is not None
        untitled = replace(known, title="")
        shop.servers.put(replace(untitled, endpoint=untitled.presented(known.endpoint)))
    return shop


@pytest.fixture
def client(shop: Shop) -> LinkClient:
    """The link of somebody on the trial."""
    shop.on_trial()
    return LinkClient(shop)


def presents(shop: Shop, server_id: str, **fields: Any) -> None:
    """Let a server's inbound be otherwise, and everybody's link follow."""
    plain = Endpoint(f"{server_id}.example", 443, "k" * 43, "www.example.com", "ab12")
    shop.panel.endpoints[server_id, shop.servers.get(server_id).inbound_id] = replace(plain, **fields)
    reconcile_now(shop, server_id)


def sing_box(answer: PageResponse) -> dict[str, Any]:
    """Return a sing-box configuration."""
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    configuration: dict[str, Any] = json.loads(answer.body)
    return configuration


def clash(answer: PageResponse) -> dict[str, Any]:
    """Return a Clash configuration, as a YAML parser reads it."""
    assert answer.headers["content-type"] == "text/yaml; charset=utf-8"
    configuration: dict[str, Any] = yaml.safe_load(answer.body)
    return configuration


def outbounds(answer: PageResponse, kind: str = "vless") -> list[dict[str, Any]]:
    """Return the outbounds of one type."""
    return [outbound for outbound in sing_box(answer)["outbounds"] if outbound["type"] == kind]


COUNTRIES = ["🇩🇪 Germany", "🇫🇮 Finland", "🇳🇱 Netherlands"]


class TestTheSameKeysInEveryForm:
    """One link, whoever asks."""

    def test_apps_on_xray_core_get_share_links_named_after_countries(self, client: LinkClient) -> None:
        assert remarks(client.app()) == COUNTRIES

    def test_sing_boxs_own_apps_get_its_json(self, client: LinkClient, shop: Shop) -> None:
        (key,) = {held.credentials.client_id for held in shop.panel.enabled()}
        answer = client.app(SING_BOX)
        assert [(found["tag"], found["server"], found["uuid"]) for found in outbounds(answer)] == [
            (name, f"{place}.example", str(key)) for name, place in zip(COUNTRIES, ("de", "fi", "nl"), strict=True)
        ]
        assert outbounds(answer)[0]["tls"]["reality"] == {"enabled": True, "public_key": "k" * 43, "short_id": "ab12"}
        assert outbounds(answer)[0]["flow"] == "xtls-rprx-vision"
        assert sing_box(answer)["route"]["final"] == outbounds(answer, "selector")[0]["tag"]
        assert outbounds(answer, "urltest")[0]["outbounds"] == COUNTRIES

    def test_clash_gets_yaml(self, client: LinkClient) -> None:
        configuration = clash(client.app(CLASH))
        assert [proxy["name"] for proxy in configuration["proxies"]] == COUNTRIES
        first = configuration["proxies"][0]
        assert (first["server"], first["port"], first["servername"]) == ("de.example", 443, "www.example.com")
        assert first["reality-opts"] == {"public-key": "k" * 43, "short-id": "ab12"}
        chooser, fastest = configuration["proxy-groups"]
        assert chooser["proxies"] == [fastest["name"], *COUNTRIES]
        assert configuration["rules"][-1] == f"MATCH,{chooser['name']}"

    def test_hiddify_reads_share_links(self, client: LinkClient) -> None:
        assert remarks(client.app(HIDDIFY)) == COUNTRIES

    @pytest.mark.parametrize("user_agent", ["Happ/4.6.0/ios/26", "curl/8.5.0", "Mozilla/5.0 (iPhone)"])
    def test_whoever_asks_for_a_form_by_name_gets_it(self, client: LinkClient, user_agent: str) -> None:
        assert sing_box(client.app(user_agent, format="sing-box"))
        assert clash(client.app(user_agent, format="clash"))
        assert lines(client.app(user_agent, format="base64"))

    def test_a_form_that_there_is_not_is_as_none(self, client: LinkClient) -> None:
        assert remarks(client.app(format="surge")) == COUNTRIES

    @pytest.mark.parametrize("asked", ["base64", "sing-box", "clash"])
    def test_every_form_has_the_same_headers(self, client: LinkClient, asked: str) -> None:
        plain, other = client.app().headers, client.app(format=asked).headers
        own = {"content-type", "etag"}
        assert {name: value for name, value in other.items() if name not in own} == {
            name: value for name, value in plain.items() if name not in own
        }


class TestWhatAServerLetsIn:
    """Xray 26.7.11 turns sing-box and mihomo away where `minClientVer` is blank, without a word."""

    @pytest.mark.parametrize("user_agent", [SING_BOX, HIDDIFY, CLASH])
    def test_an_app_gets_only_servers_that_let_it_in(self, client: LinkClient, shop: Shop, user_agent: str) -> None:
        presents(shop, "de", accepts_every_app=False)
        assert remarks(client.app()) == COUNTRIES
        shown = client.app(user_agent)
        assert "de.example" not in (str(lines(shown)) if user_agent == HIDDIFY else shown.body)
        assert "fi.example" in (str(lines(shown)) if user_agent == HIDDIFY else shown.body)

    @pytest.mark.parametrize("user_agent", [HIDDIFY, SING_BOX, CLASH])
    def test_an_app_that_none_lets_in_is_told_so(self, client: LinkClient, shop: Shop, user_agent: str) -> None:
        for server_id in ("de", "fi", "nl"):
            presents(shop, server_id, accepts_every_app=False)
        answer = client.app(user_agent)
        if user_agent == HIDDIFY:
            assert remarks(answer) == ["❌ Use Happ for this VPN"]
            assert leads_nowhere(answer)
        elif user_agent == CLASH:
            assert [proxy["name"] for proxy in clash(answer)["proxies"]] == ["❌ Use Happ for this VPN"]
            assert clash(answer)["rules"][-1] == "MATCH,DIRECT"
        else:
            assert [found["tag"] for found in outbounds(answer)] == ["❌ Use Happ for this VPN"]
            assert sing_box(answer)["route"]["final"] == "direct"

    def test_xhttp_goes_where_it_is_understood(self, client: LinkClient, shop: Shop) -> None:
        presents(shop, "de", network="xhttp", flow="", path="/up", mode="auto", host_header="cdn.example")
        (first, *_) = lines(client.app())
        assert "type=xhttp" in first
        assert "path=%2Fup" in first
        assert "mode=auto" in first
        assert "host=cdn.example" in first
        assert "flow=" not in first
        assert [found["tag"] for found in outbounds(client.app(SING_BOX))] == COUNTRIES[1:]
        assert [proxy["name"] for proxy in clash(client.app(CLASH))["proxies"]] == COUNTRIES[1:]

    def test_a_post_quantum_key_travels_along(self, client: LinkClient, shop: Shop) -> None:
        presents(shop, "de", verify_key="mldsa+key=")
        assert "pqv=mldsa%2Bkey%3D" in lines(client.app())[0]


class TestWhenThereIsNothingToUse:
    """The list itself says so, in every form, and nobody is cut off by an app that is left on."""

    def test_after_the_end(self, client: LinkClient, shop: Shop) -> None:
        shop.days(3.1)
        assert remarks(client.app()) == ["⚪ VPN is off · renew in the bot"]
        assert [found["server"] for found in outbounds(client.app(SING_BOX))] == ["127.0.0.1"]
        assert sing_box(client.app(SING_BOX))["route"]["final"] == "direct"
        assert "telegram.org" not in client.app(SING_BOX).body
        assert clash(client.app(CLASH))["rules"][-1] == "MATCH,DIRECT"

    def test_with_the_traffic_used_up(self, client: LinkClient, shop: Shop) -> None:
        shop.panel.use("nl", 51 * GB)
        reconcile_now(shop)
        assert remarks(client.app()) == ["🔴 Traffic used up · see the bot"]
        assert "used up" in words(client.app().headers["announce"])
        assert "You have used 51 of 50 GB" in Page(client.browser()).text

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_every_line_fits_into_the_list_of_an_app(self, client: LinkClient, shop: Shop, language: str) -> None:
        messages = client.links._messages
        for name in ("making", "expired", "used_up", "paused", "telegram", "other_app"):
            assert len(messages.text(language, f"entry-{name}")) <= 34


class TestGrace:
    """The operator has a limited inbound: after the end Telegram can still be reached, to renew."""

    @pytest.fixture
    def client(self, shop: Shop) -> LinkClient:
        """The link of somebody whose time is over; two of three servers have a limited inbound."""
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

    def test_the_limited_ways_in_are_shown_and_why(self, client: LinkClient) -> None:
        assert remarks(client.app()) == ["✈️ Telegram only 1", "✈️ Telegram only 2", "⚪ VPN is off · renew in the bot"]
        assert [line.partition("@")[2].partition("?")[0] for line in lines(client.app())[:2]] == [
            "de.example:9443",
            "nl.example:9443",
        ]

    def test_where_a_form_carries_rules_only_telegram_goes_through(self, client: LinkClient) -> None:
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

    def test_a_month_later_the_link_is_dead_like_any_other(self, client: LinkClient, shop: Shop) -> None:
        shop.days(31)
        assert client.app().status == 404


class TestAskingAgain:
    """Apps poll: what has not changed is not sent twice."""

    def test_nothing_new_is_said_without_a_body_but_with_the_headers(self, client: LinkClient) -> None:
        first = client.app()
        again = client.app(if_none_match=first.headers["etag"])
        assert (again.status, again.body, again.headers) == (304, "", first.headers)

    @pytest.mark.parametrize("given", ["W/{}", '"other", {}', "*"])
    def test_the_tag_is_found_in_whatever_way_it_is_given(self, client: LinkClient, given: str) -> None:
        tag = client.app().headers["etag"]
        assert client.app(if_none_match=given.format(tag)).status == 304

    def test_what_has_changed_is_sent(self, client: LinkClient, shop: Shop) -> None:
        tag = client.app().headers["etag"]
        shop.clock.pass_by(timedelta(days=2, hours=1))
        last_day = client.app(if_none_match=tag)
        assert (last_day.status, "announce" in last_day.headers) == (200, True)
        presents(shop, "de", port=8443)
        assert client.app(if_none_match=last_day.headers["etag"]).status == 200

    def test_each_form_has_a_tag_of_its_own(self, client: LinkClient) -> None:
        tags = {client.app(format=form).headers["etag"] for form in ("base64", "sing-box", "clash")}
        assert len(tags) == 3

    def test_an_answer_that_nothing_has_changed_is_a_fetch_too(self, client: LinkClient, shop: Shop) -> None:
        tag = client.app("curl/8", format="base64").headers["etag"]
        shop.clock.pass_by(timedelta(hours=2))
        client.app(if_none_match=tag)
        fetch = shop.look().fetch
        assert fetch is not None
        assert fetch.last_at == shop.clock()

    def test_a_dead_link_is_dead_whatever_the_reader_has(self, client: LinkClient) -> None:
        assert client.app(token="", if_none_match="*") == client.app(token="")


class TestHead:
    """Looking whether a link is there."""

    @pytest.mark.parametrize("user_agent", ["Happ/4.6.0/ios/26", SING_BOX, "Mozilla/5.0 (iPhone)"])
    def test_it_is_answered_as_get_without_a_body_and_counts_for_nothing(
        self, client: LinkClient, shop: Shop, user_agent: str
    ) -> None:
        head = client.app(user_agent, head=True)
        assert shop.look().fetch is None
        get = client.app(user_agent)
        assert (head.status, head.headers, head.body) == (get.status, get.headers, "")

    def test_a_dead_link_has_no_other_answer(self, client: LinkClient) -> None:
        assert client.app(token="", head=True) == client.app(token="")


def test_a_link_costs_one_read_and_nothing_else_whatever_the_form(client: LinkClient, shop: Shop) -> None:
    client.app()
    looked_up = shop.servers.reads
    for asked in ({"format": "sing-box"}, {"format": "clash"}, {"head": True}, {"if_none_match": "*"}):
        shop.faults.passed.clear()
        client.app(**asked)
        assert shop.faults.passed == ["query"]
    for opened in ("", "happ"):
        shop.faults.passed.clear()
        client.browser(open=opened)
        assert shop.faults.passed == ["query"]
    assert shop.servers.reads == looked_up
