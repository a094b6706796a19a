"""The subscription link: which keys it serves, for which tokens, and which fetches are recorded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from tests.fakes.clock import START
from tests.fakes.session import Session as FakeSession
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.keys.key_ring import Key, KeyRing, PersonId
from vpnbot.errors import StorageUnavailable
from vpnbot.usecases.keys.serve_link import ServedLink, serve_link
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric, Session
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


def token_of(shop: Shop, user_id: int = USER_ID) -> str:
    person = shop.look(user_id)
    assert person.subscription.key is not None
    return shop.ring.link_token(person.id, person.subscription.key)


def served(shop: Shop, token: str, app: str | None = None) -> ServedLink | None:
    return serve_link(token, shop.people, shop.fleet, shop.context, app=app)


class TestTheLink:
    """Which keys a token gives, and which fetches are recorded."""

    def test_a_link_serves_the_key_of_its_owner(self, shop: Shop) -> None:
        person = shop.on_trial()
        link = served(shop, token_of(shop))
        assert link is not None
        assert link.person.id == person.id
        (key,) = link.keys
        (client,) = shop.panel.enabled()
        assert key.client_id == client.credentials.client_id
        assert (key.endpoint.host, key.endpoint.port) == ("nl.example", 443)

    def test_a_link_serves_one_key_for_each_server(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.on_trial()
        link = served(shop, token_of(shop))
        assert link is not None
        assert len(link.keys) == 2

    def test_a_link_is_served_from_the_persons_own_records_alone(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.on_trial()
        shop.servers.ids = []
        reads_before = shop.servers.reads
        link = served(shop, token_of(shop))
        assert link is not None
        assert len(link.keys) == 2
        assert shop.servers.reads == reads_before

    def test_keys_are_served_when_the_fetch_cannot_be_recorded(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.on_trial()
        token = token_of(shop)

        def down(*_: object, **__: object) -> None:
            raise StorageUnavailable("DynamoDB: no answer")

        monkeypatch.setattr(FakeSession, "record_load", down)
        link = served(shop, token, app="happ")
        assert link is not None
        assert link.keys
        assert shop.meter.counts[Metric.CONNECTED] == 0

    @pytest.mark.parametrize("days", [3, 32.9])
    def test_after_the_end_a_link_is_valid_and_serves_no_keys(self, shop: Shop, days: float) -> None:
        shop.on_trial()
        token = token_of(shop)
        shop.clock.advance(timedelta(days=days))
        link = served(shop, token)
        assert link is not None
        assert link.keys == ()

    def test_a_month_after_the_end_a_link_is_invalid(self, shop: Shop) -> None:
        shop.on_trial()
        token = token_of(shop)
        shop.clock.advance(timedelta(days=33))
        assert served(shop, token) is None

    def test_the_link_of_a_paused_person_serves_no_keys(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        link = served(shop, token_of(shop))
        assert link is not None
        assert link.keys == ()

    @pytest.mark.parametrize("token", ["", "x", "!" * 43, "=" * 43, "é" * 43, "A" * 43, "A" * 42 + "!", "A" * 44])
    def test_a_malformed_or_unknown_token_is_invalid(self, shop: Shop, token: str) -> None:
        shop.on_trial()
        assert served(shop, token) is None

    def test_a_token_composed_of_two_valid_tokens_is_invalid(self, shop: Shop) -> None:
        shop.on_trial(1)
        shop.on_trial(2)
        first, second = token_of(shop, 1), token_of(shop, 2)
        assert served(shop, first[:22] + second[22:]) is None
        assert served(shop, second[:22] + first[22:]) is None

    def test_a_forged_token_for_a_deleted_person_is_invalid(self, shop: Shop) -> None:
        shop.on_trial()
        delete_data(shop.open(), shop.fleet, shop.context, update())
        forged = shop.ring.link_token(shop.person_id(), Key(shop.ring.current, ""))
        assert served(shop, forged) is None

    def test_the_first_fetch_by_an_app_is_recorded_and_counted_once(self, shop: Shop) -> None:
        shop.on_trial()
        for _ in range(3):
            served(shop, token_of(shop), app="happ")
            shop.clock.advance(timedelta(hours=2))
        fetch = shop.look().fetch
        assert fetch is not None
        assert (fetch.app, fetch.first_at, fetch.last_at) == ("happ", START, START + timedelta(hours=4))
        assert shop.meter.counts[Metric.CONNECTED] == 1

    def test_a_browser_is_not_recorded_and_a_polling_app_is_recorded_once_an_hour(self, shop: Shop) -> None:
        shop.on_trial()
        served(shop, token_of(shop), app=None)
        assert shop.look().fetch is None
        served(shop, token_of(shop), app="happ")
        first = shop.look().fetch
        shop.clock.advance(timedelta(minutes=59))
        served(shop, token_of(shop), app="happ")
        assert shop.look().fetch == first
        served(shop, token_of(shop), app="v2rayng")
        assert shop.look().fetch != first

    def test_old_links_stay_valid_after_a_new_secret_is_added(self, shop: Shop) -> None:
        shop.on_trial()
        token = token_of(shop)
        shop.ring = KeyRing({**shop.ring.versions, 2: b"another secret of thirty-two bytes"})
        assert served(shop, token) is not None
        assert shop.person_id() == shop.look().id


def test_four_apps_that_load_the_link_first_at_once_are_one_connection(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.on_trial()
    token, opened, together = token_of(shop), shop.people.open, Barrier(4)

    def open_together(person_id: PersonId) -> Session:
        session = opened(person_id)
        together.wait()
        return session

    monkeypatch.setattr(shop.people, "open", open_together)
    with ThreadPoolExecutor(4) as pool:
        links = list(pool.map(lambda app: served(shop, token, app=app), ["happ", "v2rayng", "v2raytun", "streisand"]))
    assert all(link and link.keys for link in links)
    assert shop.meter.counts[Metric.CONNECTED] == 1
