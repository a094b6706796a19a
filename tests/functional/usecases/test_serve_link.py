"""The subscription link, why it does not work, and the promise to tell when a server is back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode, Panel
from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.keys.key_ring import Key, KeyRing
from vpnbot.domain.notifications import NotificationKind
from vpnbot.domain.servers.server import Health
from vpnbot.domain.support import Finding
from vpnbot.errors import AlreadyDecided, StorageUnavailable
from vpnbot.usecases.keys.serve_link import ServedLink, serve_link
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.subscriptions.suspend_subscription import suspend
from vpnbot.usecases.support.diagnose import run_diagnosis

BROKEN_SERVER = Health(panel_answers=True, server_runs=False)


def token_of(shop: Shop, user_id: int = USER_ID) -> str:
    person = shop.look(user_id)
    assert person.subscription.key is not None
    return shop.ring.link_token(person.id, person.subscription.key)


def served(shop: Shop, token: str, app: str | None = None) -> ServedLink | None:
    return serve_link(token, shop.people, shop.fleet, shop.context, app=app)


class TestTheLink:
    """What it opens, and to whom."""

    def test_it_opens_the_key_of_its_owner(self, shop: Shop) -> None:
        person = shop.on_trial()
        link = served(shop, token_of(shop))
        assert link is not None
        assert link.person.id == person.id
        (key,) = link.keys
        (client,) = shop.panel.enabled()
        assert key.client_id == client.credentials.client_id
        assert (key.endpoint.host, key.endpoint.port) == ("nl.example", 443)

    def test_two_servers_are_two_links(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.on_trial()
        link = served(shop, token_of(shop))
        assert link is not None
        assert len(link.keys) == 2

    def test_a_link_is_answered_from_the_persons_own_records_alone(self, shop: Shop) -> None:
        shop.servers.ids = ["nl", "de"]
        shop.on_trial()
        shop.servers.ids = []
        looked_up = shop.servers.reads
        link = served(shop, token_of(shop))
        assert link is not None
        assert len(link.keys) == 2
        assert shop.servers.reads == looked_up

    def test_a_fetch_that_cannot_be_noted_keeps_nobody_from_their_keys(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.on_trial()
        token = token_of(shop)

        def down(*_: object) -> None:
            raise StorageUnavailable("DynamoDB: no answer")

        monkeypatch.setattr(shop.people, "record_fetch", down)
        link = served(shop, token, app="happ")
        assert link is not None
        assert link.keys
        assert shop.meter.counts[Metric.CONNECTED] == 0

    @pytest.mark.parametrize("days", [3, 32.9])
    def test_after_the_end_it_is_known_and_opens_nothing(self, shop: Shop, days: float) -> None:
        shop.on_trial()
        token = token_of(shop)
        shop.clock.pass_by(timedelta(days=days))
        link = served(shop, token)
        assert link is not None
        assert link.keys == ()

    def test_a_month_after_the_end_it_is_nobodys(self, shop: Shop) -> None:
        shop.on_trial()
        token = token_of(shop)
        shop.clock.pass_by(timedelta(days=33))
        assert served(shop, token) is None

    def test_while_paused_it_opens_nothing(self, shop: Shop) -> None:
        shop.on_trial()
        suspend(shop.open(), shop.fleet, shop.context, "ops:1", "operator")
        link = served(shop, token_of(shop))
        assert link is not None
        assert link.keys == ()

    @pytest.mark.parametrize("token", ["", "x", "!" * 43, "=" * 43, "é" * 43, "A" * 43, "A" * 42 + "!", "A" * 44])
    def test_a_malformed_or_unknown_token_is_nobodys(self, shop: Shop, token: str) -> None:
        shop.on_trial()
        assert served(shop, token) is None

    def test_another_persons_token_with_my_name_in_it_opens_nothing(self, shop: Shop) -> None:
        shop.on_trial(1)
        shop.on_trial(2)
        mine, theirs = token_of(shop, 1), token_of(shop, 2)
        assert served(shop, mine[:22] + theirs[22:]) is None
        assert served(shop, theirs[:22] + mine[22:]) is None

    def test_a_forged_token_for_a_deleted_person_opens_nothing(self, shop: Shop) -> None:
        shop.on_trial()
        delete_data(shop.open(), shop.fleet, shop.context, update())
        guess = shop.ring.link_token(shop.person_id(), Key(shop.ring.current, ""))
        assert served(shop, guess) is None

    def test_the_first_fetch_by_an_app_is_recorded_and_counted_once(self, shop: Shop) -> None:
        shop.on_trial()
        for _ in range(3):
            served(shop, token_of(shop), app="happ")
            shop.clock.pass_by(timedelta(hours=2))
        fetch = shop.look().fetch
        assert fetch is not None
        assert (fetch.app, fetch.first_at, fetch.last_at) == ("happ", START, START + timedelta(hours=4))
        assert shop.meter.counts[Metric.CONNECTED] == 1

    def test_a_browser_is_no_fetch_and_an_app_that_polls_costs_no_writes(self, shop: Shop) -> None:
        shop.on_trial()
        served(shop, token_of(shop), app=None)
        assert shop.look().fetch is None
        served(shop, token_of(shop), app="happ")
        first = shop.look().fetch
        shop.clock.pass_by(timedelta(minutes=59))
        served(shop, token_of(shop), app="happ")
        assert shop.look().fetch == first
        served(shop, token_of(shop), app="v2rayng")
        assert shop.look().fetch != first

    def test_a_new_secret_leaves_old_links_alive(self, shop: Shop) -> None:
        shop.on_trial()
        token = token_of(shop)
        shop.ring = KeyRing({**shop.ring.versions, 2: b"another secret of thirty-two bytes"})
        assert served(shop, token) is not None
        assert shop.person_id() == shop.look().id


class TestWhyItDoesNotWork:
    """Find the cause; ask a server only when it can matter."""

    def test_no_server_is_asked_when_there_is_nothing_to_connect(self, shop: Shop) -> None:
        shop.arrives()
        shop.panel.fault_mode = FaultMode.DOWN
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.NO_SUBSCRIPTION

    def test_an_end_that_no_timer_noticed_is_an_end(self, shop: Shop) -> None:
        shop.on_trial()
        shop.clock.pass_by(timedelta(days=3))
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.EXPIRED

    def test_a_server_that_is_down_is_ours_to_mend(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.reported_health = BROKEN_SERVER
        diagnosis = run_diagnosis(shop.open(), shop.fleet, shop.context)
        assert diagnosis.finding is Finding.SERVER_DOWN
        assert diagnosis.ours

    def test_a_server_that_is_no_longer_there_counts_as_down(self, shop: Shop) -> None:
        shop.on_trial()
        shop.servers.ids = ["de"]
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.SERVER_DOWN

    def test_a_refused_key_is_known_without_asking(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.REFUSING
        shop.on_trial()
        shop.days(1)
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.KEY_REFUSED

    def test_the_traffic_is_looked_up_at_the_panel_and_kept(self, shop: Shop) -> None:
        shop.on_trial()
        served(shop, token_of(shop), app="happ")
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.NO_TRAFFIC
        shop.panel.used_bytes["nl"] = 4096
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.ALL_GOOD
        assert shop.look().accesses[0].used_bytes == 4096

    def test_a_panel_that_answers_for_health_only_leaves_the_traffic_as_known(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.on_trial()
        served(shop, token_of(shop), app="happ")
        shop.panel.used_bytes["nl"] = 4096
        run_diagnosis(shop.open(), shop.fleet, shop.context)
        monkeypatch.setattr(Panel, "health", lambda _: Health(panel_answers=True, server_runs=True))
        shop.panel.fault_mode = FaultMode.DOWN
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.ALL_GOOD

    def test_with_no_living_key_there_is_nobody_to_ask(self, shop: Shop) -> None:
        shop.servers.ids = ["nl"]
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        session = shop.open()
        session.commit(replace(session.person, accesses=()))
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.KEY_IN_THE_MAKING


class TestAPromiseToTellWhenTheServerIsBack:
    """Made once, kept once."""

    def test_the_word_comes_when_the_server_is_back_and_only_once(self, shop: Shop) -> None:
        shop.on_trial()
        shop.connects()
        shop.panel.reported_health = BROKEN_SERVER
        watch_server(shop.open(), shop.context, update())
        watch_server(shop.open(), shop.context, update())
        shop.settles(minutes=60)
        assert shop.sender.said == []
        assert shop.index.dead_lettered() == []
        shop.panel.reported_health = Health(panel_answers=True, server_runs=True)
        shop.settles(minutes=30)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert shop.look().watches == ()

    @pytest.mark.parametrize("back", [{"de", "fi", "nl"}, {"fi"}], ids=["all at once", "one of them"])
    def test_who_waits_for_several_servers_hears_once(self, shop: Shop, back: set[str]) -> None:
        shop.servers.ids = ["de", "fi", "nl"]
        shop.on_trial()
        shop.connects()
        shop.panel.away = set(shop.servers.ids)
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.SERVER_DOWN
        watch_server(shop.open(), shop.context, update())
        shop.settles(minutes=10)
        shop.panel.away -= back
        shop.settles()
        shop.panel.away.clear()
        shop.settles()
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert shop.look().watches == ()

    def test_after_three_days_nobody_waits_any_more(self, shop: Shop) -> None:
        shop.on_trial()
        shop.panel.reported_health = BROKEN_SERVER
        watch_server(shop.open(), shop.context, update())
        shop.until(START + timedelta(days=3, hours=2), step=timedelta(minutes=5))
        assert NotificationKind.SERVER_BACK not in shop.sender.kinds()
        assert shop.look().watches == ()

    def test_who_waits_for_a_first_key_needs_no_such_promise(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        watch_server(shop.open(), shop.context, update())
        assert shop.look().watches == ()

    def test_a_redelivered_wish_after_it_was_kept_is_not_granted_again(self, shop: Shop) -> None:
        shop.on_trial()
        cause = update()
        watch_server(shop.open(), shop.context, cause)
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        watch_server(shop.open(), shop.context, cause)
        assert shop.look().watches == ()

    def test_a_worker_that_comes_second_leaves_it_to_the_first(self, shop: Shop) -> None:
        shop.on_trial()
        watch_server(shop.open(), shop.context, update())
        shop.clock.pass_by(timedelta(minutes=6))
        shop.faults.at("commit.before", AlreadyDecided("event:server_back"))
        shop.minute()
        assert shop.sender.said == []
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
