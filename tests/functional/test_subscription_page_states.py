"""What the page shows in each state of a subscription: icon, words, zone and language."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.contract import RENEWAL
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from tests.functional.link_client import BOT, LinkClient, Page, on_trial_in
from vpnbot.domain.subscriptions.renewal import RenewalState
from vpnbot.errors import StorageUnavailable
from vpnbot.subscription_page.browsers.looks import look_of
from vpnbot.usecases.subscriptions.suspend_subscription import suspend
from vpnbot.web_pages.look import BUSY, GONE, PLAIN, Look


def lose_keys(shop: Shop) -> None:
    """Let no server have a key of the person that an app can use, although the subscription runs."""
    session = shop.open()
    for access in session.person.living_accesses:
        assert access.endpoint
        session.observe(access, replace(access, endpoint=replace(access.endpoint, host="")))


def shows(body: str, look: Look, *, large: bool = True) -> bool:
    """Tell whether a page has this icon in the tab and, where there is a large one, in the page."""
    return f'href="{look.tab_icon}"' in body and f"tone-{look.tone}" in body and (not large or look.icon in body)


class TestIcon:
    """The icon in the tab and on the page says what the state is."""

    def test_it_follows_the_subscription(self, client: LinkClient, shop: Shop) -> None:
        assert shows(client.browser().body, look_of("running"), large=False)
        shop.clock.advance(timedelta(days=2, hours=1))
        assert shows(client.browser().body, look_of("last_day"), large=False)
        shop.clock.advance(timedelta(days=1))
        assert shows(client.browser().body, look_of("expired"))

    def test_it_says_that_the_key_is_being_made_and_that_the_access_is_paused(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        client = LinkClient(shop)
        assert shows(client.browser().body, look_of("making"))
        suspend(shop.open(), shop.fleet, shop.context, update(), "admin")
        assert shows(client.browser().body, look_of("paused"))

    def test_it_says_that_a_link_is_dead_or_cannot_be_looked_up(self, client: LinkClient, shop: Shop) -> None:
        assert shows(client.browser(token="").body, GONE)
        shop.faults.at("query", StorageUnavailable("busy", after=timedelta(seconds=1)))
        assert shows(client.browser().body, BUSY)

    def test_it_says_nothing_to_previews(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=3))
        assert shows(client.fetch("TelegramBot (like TwitterBot)", "*/*").body, PLAIN)

    def test_no_two_states_that_need_something_else_look_the_same(self) -> None:
        icons = [
            look_of(state).tab_icon for state in ("running", "last_day", "making", "expired", "used_up", "paused")
        ]
        icons += [GONE.tab_icon, BUSY.tab_icon, PLAIN.tab_icon]
        assert len(set(icons)) == len(icons)


class TestWithoutKeys:
    """The subscription runs, but no server has a key."""

    def test_the_page_says_so_and_leads_to_the_check(self, client: LinkClient, shop: Shop) -> None:
        lose_keys(shop)
        response = client.browser()
        page = Page(response)
        assert "No server right now" in page.text
        assert "Everything is ready" not in page.text
        assert f"https://t.me/{BOT}?start=s_check" in page.links
        assert shows(response.body, BUSY)


class TestRenewal:
    """On the last day of a subscription that renews by itself nobody is told that nothing will be charged."""

    @pytest.mark.parametrize("state", [RenewalState.ON, RenewalState.FAILING, None])
    def test_the_last_day(self, client: LinkClient, shop: Shop, state: RenewalState | None) -> None:
        renews = state is not None
        if state is not None:
            session = shop.open()
            course = session.person.subscription.course
            session.commit(session.person.with_renewal(replace(RENEWAL, state=state, course=course)))
        shop.clock.advance(timedelta(days=2, hours=12))
        text = Page(client.browser()).text
        assert ("Auto-renewal is on" in text) is renews
        assert ("Nothing will be charged" in text) is not renews
        assert ("announce" in client.app().headers) is not renews


class TestLanguageAndZone:
    """The switch is that of the page; times stay in the zone of the chat."""

    def test_a_link_to_the_other_language_says_that_it_is_that_of_the_page(self, client: LinkClient) -> None:
        assert "Страница по-русски" in Page(client.browser()).text
        other = Page(client.browser(language="ru"))
        assert "Page in English" in other.text
        assert "?lang=en" in other.links

    def test_the_language_of_the_chat_stays(self, client: LinkClient, shop: Shop) -> None:
        before = shop.look().user.language
        client.browser(language="ru")
        assert shop.look().user.language == before

    def test_times_are_in_the_zone_of_the_chat_in_every_language_of_the_page(self, shop: Shop) -> None:
        on_trial_in(shop, "ru")
        client = LinkClient(shop)
        assert "МСК" in Page(client.browser()).text
        ends_at = shop.look().subscription.ends_at
        assert ends_at
        assert f"{ends_at + timedelta(hours=3):%H:%M}\u00a0UTC+3" in Page(client.browser(language="en")).text
