"""The responses of a subscription link to VPN apps and other clients, also for invalid links."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.link_client import (
    BOT,
    HTML,
    PUBLIC_URL,
    SUPPORT,
    LinkClient,
    Page,
    decoded,
    demo_servers,
    is_placeholder,
    lines,
    on_trial_in,
    remarks,
)
from vpnbot.domain.bot_link import START_MARK, Start
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import StorageUnavailable
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.apps.response import ANNOUNCE_CHARACTERS, TITLE_CHARACTERS
from vpnbot.subscription_page.request import Request
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


class TestResponseToApps:
    """The share links and headers that a VPN app loads."""

    def test_an_app_gets_a_share_link_for_every_server(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.on_trial()
        response = LinkClient(shop).app()
        assert response.status == 200
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert [line.partition("@")[2].partition(":")[0] for line in lines(response)] == ["de.example", "nl.example"]
        assert all(line.startswith("vless://") for line in lines(response))

    def test_headers_carry_expiry_traffic_page_support_and_update_interval(
        self, client: LinkClient, shop: Shop
    ) -> None:
        headers = client.app().headers
        ends_at = shop.look().subscription.ends_at
        assert ends_at
        assert headers["subscription-userinfo"] == f"upload=0; download=0; total=0; expire={int(ends_at.timestamp())}"
        assert headers["profile-web-page-url"] == f"{PUBLIC_URL}/s/{client.token}"
        assert headers["support-url"] == SUPPORT
        assert headers["profile-update-interval"] == "12"
        assert headers["cache-control"] == "private, no-cache"
        assert decoded(headers["profile-title"]) == "VPN · trial"

    def test_used_traffic_is_in_bytes_for_apps_and_in_gigabytes_on_the_page(self, shop: Shop) -> None:
        shop.trial = replace(TRIAL, traffic_limit_bytes=50_000_000_000)
        shop.on_trial()
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, used_bytes=1_500_000_000))
        client = LinkClient(shop)
        assert "download=1500000000; total=50000000000;" in client.app().headers["subscription-userinfo"]
        assert "1.5 of 50 GB" in Page(client.browser()).text

    def test_there_is_no_announcement_while_the_subscription_runs(self, client: LinkClient) -> None:
        assert "announce" not in client.app().headers

    def test_the_last_day_is_announced_and_the_keys_stay(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=2, hours=1))
        assert "VPN switches off on" in decoded(client.app().headers["announce"])
        assert lines(client.app())

    def test_after_the_end_an_app_gets_a_placeholder_with_the_reason(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=3))
        response = client.app()
        assert response.status == 200
        assert remarks(response) == ["⚪️ VPN is off · renew in the bot"]
        assert is_placeholder(response)
        assert "VPN is off" in decoded(response.headers["announce"])
        assert "expire=" in response.headers["subscription-userinfo"]

    def test_while_the_key_is_being_made_an_app_gets_a_placeholder(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        response = LinkClient(shop).app()
        assert remarks(response) == ["⏳ Making your key…"]
        assert is_placeholder(response)
        assert "Making your key" in decoded(response.headers["announce"])
        assert "expire" not in response.headers["subscription-userinfo"]

    def test_a_paused_person_gets_a_placeholder(self, client: LinkClient, shop: Shop) -> None:
        suspend(shop.open(), shop.fleet, shop.context, update(), "admin")
        response = client.app()
        assert remarks(response) == ["⏸ Paused · write to us"]
        assert is_placeholder(response)
        assert "paused" in decoded(response.headers["announce"])

    def test_a_demo_key_is_announced_as_one_without_traffic(self, client: LinkClient, shop: Shop) -> None:
        demo_servers(shop)
        assert "no traffic" in decoded(LinkClient(shop).app().headers["announce"])

    @pytest.mark.parametrize("language", Messages().languages)
    @pytest.mark.parametrize("days", [0, 2.5, 3])
    def test_title_and_announcement_fit_the_limits_of_apps(self, shop: Shop, language: str, days: float) -> None:
        on_trial_in(shop, language)
        shop.clock.advance(timedelta(days=days))
        headers = LinkClient(shop).app().headers
        title, announcement = decoded(headers["profile-title"]), headers.get("announce")
        assert 0 < len(title) <= TITLE_CHARACTERS
        if announcement is not None:
            assert 0 < len(decoded(announcement)) < ANNOUNCE_CHARACTERS

    def test_headers_are_ascii_on_one_line(self, client: LinkClient) -> None:
        assert all((name + value).isascii() and "\n" not in value for name, value in client.app().headers.items())

    @pytest.mark.parametrize("support", [None, "javascript:alert(1)", "mailto:x@example.com"])
    def test_without_a_support_address_apps_lead_to_the_bot(self, shop: Shop, support: str | None) -> None:
        shop.on_trial()
        client = LinkClient(shop, support_url=support)
        assert client.app().headers["support-url"] == f"https://t.me/{BOT}?start=s_write"
        assert f"https://t.me/{BOT}?start=s_write" in Page(client.browser()).links
        assert not [link for link in Page(client.browser()).links if link == support]

    @pytest.mark.parametrize("support", [None, "javascript:alert(1)", "mailto:x@example.com"])
    def test_only_an_https_address_is_offered_as_support(self, shop: Shop, support: str | None) -> None:
        shop.on_trial()
        client = LinkClient(shop, support_url=support, bot=None)
        assert "support-url" not in client.app().headers
        assert not [link for link in Page(client.browser()).links if link == support]


class TestWaysOn:
    """Every page leads to the screen of the bot that fits, and to support."""

    def leads_to(self, page: Page, start: str) -> bool:
        return f"https://t.me/{BOT}?start={start}" in page.links and SUPPORT in page.links

    def test_a_running_subscription_leads_to_the_check(self, client: LinkClient) -> None:
        assert self.leads_to(Page(client.browser()), "s_check")

    def test_an_expired_subscription_leads_to_the_plans(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=3))
        assert self.leads_to(Page(client.browser()), "s_plans")

    def test_used_up_traffic_leads_to_the_plans(self, shop: Shop) -> None:
        shop.trial = replace(TRIAL, traffic_limit_bytes=1)
        shop.on_trial()
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, used_bytes=5))
        assert self.leads_to(Page(LinkClient(shop).browser()), "s_plans")

    def test_one_who_waits_for_a_key_is_led_home_and_a_paused_person_to_support(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        assert self.leads_to(Page(LinkClient(shop).browser()), "s_home")
        suspend(shop.open(), shop.fleet, shop.context, update(), "admin")
        assert self.leads_to(Page(LinkClient(shop).browser()), "s_write")

    def test_a_dead_link_leads_home_and_a_failure_leads_to_the_check(self, client: LinkClient, shop: Shop) -> None:
        assert self.leads_to(Page(client.browser(token="")), "s_home")
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(seconds=1)))
        assert self.leads_to(Page(client.browser()), "s_check")
        assert self.leads_to(Page(client.links.internal_error(Request("/s/x", PUBLIC_URL, accept=HTML))), "s_check")

    def test_the_page_for_previews_leads_home(self, client: LinkClient) -> None:
        assert self.leads_to(Page(client.fetch("TelegramBot (like TwitterBot)", "*/*")), "s_home")

    def test_a_page_whose_bot_is_not_known_leads_to_support(self, shop: Shop) -> None:
        shop.on_trial()
        links = Page(LinkClient(shop, bot=None).browser()).links
        assert SUPPORT in links
        assert not [link for link in links if "start=" in link]

    @pytest.mark.parametrize("start", Start)
    def test_every_payload_is_one_that_telegram_accepts_and_begins_with_the_mark(self, start: Start) -> None:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start)
        assert start.startswith(START_MARK)


LOOKERS = (
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.24",
    "facebookexternalhit/1.1",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "curl/8.5.0",
)


class TestKindsOfClients:
    """Apps get keys, and their fetch is recorded; browsers get the page; lookers get one without personal facts."""

    @pytest.mark.parametrize(
        ("user_agent", "accept", "name"),
        [
            ("Happ/4.6.0/ios/26", "*/*", "happ"),
            ("Happ/4.6.0/ios/26", "text/html", "happ"),
            ("okhttp/4.12.0", "", "other"),
            ("", "", "other"),
        ],
    )
    def test_an_apps_first_fetch_is_recorded_under_its_name(
        self, client: LinkClient, shop: Shop, user_agent: str, accept: str, name: str
    ) -> None:
        assert lines(client.app(user_agent, accept=accept))
        fetch = shop.look().fetch
        assert fetch
        assert fetch.app == name
        assert shop.meter.counts[Metric.CONNECTED] == 1

    def test_a_browser_gets_the_page_and_records_no_fetch(self, client: LinkClient, shop: Shop) -> None:
        assert "VPN is on" in Page(client.browser()).text
        assert shop.look().fetch is None

    @pytest.mark.parametrize("user_agent", LOOKERS)
    @pytest.mark.parametrize("rest", [{}, {"open": "happ"}, {"language": "ru"}], ids=["", "open", "ru"])
    def test_who_only_looks_gets_no_keys_no_facts_and_records_no_fetch(
        self, client: LinkClient, shop: Shop, user_agent: str, rest: dict[str, str]
    ) -> None:
        response = client.fetch(user_agent, "*/*", **rest)
        assert (response.status, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert not [
            personal
            for personal in (client.token, "vless://", "happ://", 'class="ring"')
            if personal in response.body
        ]
        assert shop.look().fetch is None
        assert Metric.CONNECTED not in shop.meter.counts

    def test_the_page_for_previews_is_the_same_whatever_the_subscription_is(
        self, client: LinkClient, shop: Shop
    ) -> None:
        running = client.fetch("TelegramBot (like TwitterBot)", "*/*")
        shop.clock.advance(timedelta(days=3))
        assert client.fetch("TelegramBot (like TwitterBot)", "*/*") == running

    def test_a_preview_has_a_title_and_a_description_for_everybody(self, client: LinkClient) -> None:
        for response in (client.fetch("TelegramBot (like TwitterBot)", "*/*"), client.browser()):
            assert '<meta property="og:title" content="Your VPN">' in response.body
            assert '<meta property="og:site_name" content="VPN">' in response.body
            assert '<meta property="og:description" content="A personal VPN link.' in response.body

    def test_a_monitor_learns_that_a_link_is_dead_and_that_the_storage_is_down(
        self, client: LinkClient, shop: Shop
    ) -> None:
        monitor = "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"
        assert client.fetch(monitor, "*/*", token="").status == 404
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(seconds=1)))
        assert client.fetch(monitor, "*/*", head=True).status == 503


class TestInvalidLinks:
    """No response tells an unknown, a rotated, a forged and a malformed link apart."""

    @pytest.fixture
    def invalid_tokens(self, client: LinkClient, shop: Shop) -> dict[str, str]:
        """Return tokens that are invalid, by the reason."""
        unknown_person = shop.ring.person_id(77)
        key = shop.look().subscription.key
        assert key
        return {
            "malformed": "",
            "unknown": shop.ring.link_token(unknown_person, key),
            "rotated": shop.ring.link_token(shop.look().id, replace(key, generation=2)),
            "forged": client.token[:-4] + "AAAA",
        }

    def test_all_invalid_links_have_the_same_response_and_malformed_ones_cost_no_read(
        self, client: LinkClient, shop: Shop, invalid_tokens: dict[str, str]
    ) -> None:
        for request in (client.app, client.browser):
            responses, calls = [], {}
            for reason, token in invalid_tokens.items():
                before = len(shop.faults.passed)
                responses.append(request(token=token))
                calls[reason] = shop.faults.passed[before:]
            # A sender of a well-formed token learns nothing from the time of the answer.
            assert calls.pop("malformed") == []
            assert all(made == ["query"] for made in calls.values())
            assert responses[0].status == 404
            assert all(response == responses[0] for response in responses)

    def test_the_link_of_a_deleted_person_is_like_one_that_never_existed(
        self, client: LinkClient, shop: Shop
    ) -> None:
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert client.app() == client.app(token="")
        assert client.browser() == client.browser(token="")

    def test_an_app_gets_an_empty_404(self, client: LinkClient) -> None:
        response = client.app(token="")
        assert (response.status, response.body) == (404, "")

    def test_a_browser_gets_a_page_that_says_what_to_do(self, client: LinkClient) -> None:
        assert "Open the bot in Telegram" in Page(client.browser(token="")).text

    def test_the_page_of_an_invalid_link_uses_the_browsers_language(self, client: LinkClient) -> None:
        assert Page(client.browser(token="", accept_language="ru-RU,ru;q=0.9,en;q=0.8")).language == "ru"
        assert Page(client.browser(token="", accept_language="de;q=0.9")).language == "en"


class TestStorageFailures:
    """The storage does not response."""

    def test_an_app_gets_503_with_retry_after(self, client: LinkClient, shop: Shop) -> None:
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(seconds=2.2)))
        response = client.app()
        assert (response.status, response.body, response.headers["retry-after"]) == (503, "", "3")
        assert shop.meter.counts[Metric.RETRIED] == 1

    def test_keys_and_page_are_served_while_the_catalogue_cannot_be_read(
        self, client: LinkClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(*_: object, **__: object) -> None:
            raise StorageUnavailable("throttled")

        for method in ("get", "listings", "breaker"):
            monkeypatch.setattr(shop.servers, method, down)
        assert remarks(client.app()) == ["Server nl"]
        assert "VPN is on" in Page(client.browser()).text

    def test_a_browser_gets_503_and_a_page_in_the_language_of_the_request(
        self, client: LinkClient, shop: Shop
    ) -> None:
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(0)))
        response = client.browser(language="ru")
        assert (response.status, response.headers["retry-after"]) == (503, "1")
        assert "Ничего не потеряно" in Page(response).text
