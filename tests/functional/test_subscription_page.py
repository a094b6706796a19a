"""A subscription link from outside: what VPN apps load, and what nobody learns."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.link_client import (
    HOME,
    IPHONE,
    SUPPORT,
    LinkClient,
    Page,
    demo_servers,
    leads_nowhere,
    lines,
    remarks,
    speaks,
    words,
)
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.errors import StorageUnavailable
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.apps.response import ANNOUNCE_CHARACTERS, TITLE_CHARACTERS
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def shop() -> Shop:
    return shop_in_memory()


@pytest.fixture
def client(shop: Shop) -> LinkClient:
    shop.on_trial()
    return LinkClient(shop)


class TestForApps:
    """What an app loads."""

    def test_it_gets_a_key_for_every_server(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.on_trial()
        answer = LinkClient(shop).app()
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert [line.partition("@")[2].partition(":")[0] for line in lines(answer)] == ["de.example", "nl.example"]
        assert all(line.startswith("vless://") for line in lines(answer))

    def test_it_is_told_the_end_the_traffic_and_where_to_look(self, client: LinkClient, shop: Shop) -> None:
        headers = client.app().headers
        ends_at = shop.look().subscription.ends_at
        assert ends_at
        assert headers["subscription-userinfo"] == f"upload=0; download=0; total=0; expire={int(ends_at.timestamp())}"
        assert headers["profile-web-page-url"] == f"{HOME}/s/{client.token}"
        assert headers["support-url"] == SUPPORT
        assert headers["profile-update-interval"] == "12"
        assert headers["cache-control"] == "private, no-cache"
        assert words(headers["profile-title"]) == "VPN · trial"

    def test_a_used_up_limit_is_shown_in_bytes(self, shop: Shop) -> None:
        shop.trial = replace(TRIAL, traffic_limit_bytes=50_000_000_000)
        shop.on_trial()
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, used_bytes=1_500_000_000))
        client = LinkClient(shop)
        assert "download=1500000000; total=50000000000;" in client.app().headers["subscription-userinfo"]
        assert "1.5 of 50 GB" in Page(client.browser()).text

    def test_running_well_is_not_worth_an_announcement(self, client: LinkClient) -> None:
        assert "announce" not in client.app().headers

    def test_the_last_day_is_announced(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.pass_by(timedelta(days=2, hours=1))
        assert "VPN switches off on" in words(client.app().headers["announce"])
        assert lines(client.app())

    def test_after_the_end_it_gets_no_key_and_a_word_on_why(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.pass_by(timedelta(days=3))
        answer = client.app()
        assert answer.status == 200
        assert remarks(answer) == ["⚪ VPN is off · renew in the bot"]
        assert leads_nowhere(answer)
        assert "VPN is off" in words(answer.headers["announce"])
        assert "expire=" in answer.headers["subscription-userinfo"]

    def test_while_the_key_is_being_made_it_is_told_to_come_again(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        answer = LinkClient(shop).app()
        assert remarks(answer) == ["⏳ Making your key…"]
        assert leads_nowhere(answer)
        assert "Making your key" in words(answer.headers["announce"])
        assert "expire" not in answer.headers["subscription-userinfo"]

    def test_a_paused_person_gets_no_key(self, client: LinkClient, shop: Shop) -> None:
        suspend(shop.open(), shop.fleet, shop.context, update(), "admin")
        answer = client.app()
        assert remarks(answer) == ["⏸ Paused · write to us"]
        assert leads_nowhere(answer)
        assert "paused" in words(answer.headers["announce"])

    def test_a_demo_key_says_that_it_carries_no_traffic(self, client: LinkClient, shop: Shop) -> None:
        demo_servers(shop)
        assert "no traffic" in words(LinkClient(shop).app().headers["announce"])

    @pytest.mark.parametrize("language", Messages().languages)
    @pytest.mark.parametrize("days", [0, 2.5, 3])
    def test_apps_can_show_the_whole_of_what_we_say(self, shop: Shop, language: str, days: float) -> None:
        speaks(shop, language)
        shop.clock.pass_by(timedelta(days=days))
        headers = LinkClient(shop).app().headers
        title, announcement = words(headers["profile-title"]), headers.get("announce")
        assert 0 < len(title) <= TITLE_CHARACTERS
        if announcement is not None:
            assert 0 < len(words(announcement)) < ANNOUNCE_CHARACTERS

    def test_headers_are_plain_ascii(self, client: LinkClient) -> None:
        assert all((name + value).isascii() and "\n" not in value for name, value in client.app().headers.items())

    @pytest.mark.parametrize("support", [None, "javascript:alert(1)", "mailto:x@example.com"])
    def test_only_a_link_that_leads_somewhere_is_offered_as_support(self, shop: Shop, support: str | None) -> None:
        shop.on_trial()
        client = LinkClient(shop, support_url=support)
        assert "support-url" not in client.app().headers
        assert not [link for link in Page(client.browser()).links if link == support]


class TestWhoAsks:
    """Apps get keys and are remembered; people get a page; passers-by leave no trace."""

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

    @pytest.mark.parametrize(
        ("user_agent", "accept"),
        [
            (IPHONE, "text/html"),
            ("TelegramBot (like TwitterBot)", "*/*"),
            ("WhatsApp/2.24", "*/*"),
            ("facebookexternalhit/1.1", "*/*"),
            ("curl/8.5.0", "*/*"),
        ],
    )
    def test_who_only_looks_gets_the_page_and_counts_for_nothing(
        self, client: LinkClient, shop: Shop, user_agent: str, accept: str
    ) -> None:
        answer = client.ask(user_agent, accept)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "vless://" not in answer.body
        assert shop.look().fetch is None


class TestWhatNobodyLearns:
    """A link that is not a living one."""

    @pytest.fixture
    def dead_tokens(self, client: LinkClient, shop: Shop) -> dict[str, str]:
        stranger = shop.ring.person_id(77)
        key = shop.look().subscription.key
        assert key
        return {
            "malformed": "",
            "unknown": shop.ring.link_token(stranger, key),
            "rotated": shop.ring.link_token(shop.look().id, replace(key, generation=2)),
            "forged": client.token[:-4] + "AAAA",
        }

    def test_all_dead_links_have_one_answer_and_cost_one_read(
        self, client: LinkClient, shop: Shop, dead_tokens: dict[str, str]
    ) -> None:
        for asked in (client.app, client.browser):
            answers = []
            for token in dead_tokens.values():
                before = len(shop.faults.passed)
                answers.append(asked(token=token))
                assert shop.faults.passed[before:] == ["query"]
            assert answers[0].status == 404
            assert all(answer == answers[0] for answer in answers)

    def test_a_deleted_persons_link_is_like_one_that_never_was(self, client: LinkClient, shop: Shop) -> None:
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert client.app() == client.app(token="")
        assert client.browser() == client.browser(token="")

    def test_an_app_is_answered_in_no_words(self, client: LinkClient) -> None:
        answer = client.app(token="")
        assert (answer.status, answer.body) == (404, "")

    def test_a_person_is_told_what_to_do(self, client: LinkClient) -> None:
        assert "Open the bot in Telegram" in Page(client.browser(token="")).text

    def test_who_has_no_language_of_ours_known_is_spoken_to_in_their_browsers(self, client: LinkClient) -> None:
        assert Page(client.browser(token="", accept_language="ru-RU,ru;q=0.9,en;q=0.8")).language == "ru"
        assert Page(client.browser(token="", accept_language="de;q=0.9")).language == "en"


class TestTrouble:
    """The storage does not answer."""

    def test_an_app_keeps_what_it_has_and_comes_back(self, client: LinkClient, shop: Shop) -> None:
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(seconds=2.2)))
        answer = client.app()
        assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, "", "3")
        assert shop.meter.counts[Metric.RETRIED] == 1

    def test_a_catalogue_that_cannot_be_read_keeps_nobody_from_their_keys(
        self, client: LinkClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(*_: object, **__: object) -> None:
            raise StorageUnavailable("throttled")

        for look in ("get", "listings", "breaker"):
            monkeypatch.setattr(shop.servers, look, down)
        assert remarks(client.app()) == ["Server nl"]
        assert "Active" in Page(client.browser()).text

    def test_a_person_is_asked_to_come_back(self, client: LinkClient, shop: Shop) -> None:
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(0)))
        answer = client.browser(language="ru")
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert "Ничего не потеряно" in Page(answer).text
