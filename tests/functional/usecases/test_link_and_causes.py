"""The subscription link, why it does not work, and the promise to tell when a server is back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import Mood
from tests.fakes.world import USER_ID, World, update
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


def token_of(world: World, user_id: int = USER_ID) -> str:
    person = world.look(user_id)
    assert person.subscription.key is not None
    return world.ring.link_token(person.id, person.subscription.key)


def served(world: World, token: str, app: str | None = None) -> ServedLink | None:
    return serve_link(token, world.people, world.fleet, world.context, app=app)


class TestTheLink:
    """What it opens, and to whom."""

    def test_it_opens_the_key_of_its_owner(self, world: World) -> None:
        person = world.on_trial()
        link = served(world, token_of(world))
        assert link is not None
        assert link.person.id == person.id
        (key,) = link.keys
        (client,) = world.panel.enabled()
        assert key.client_id == client.credentials.client_id
        assert (key.endpoint.host, key.endpoint.port) == ("nl.example", 443)

    def test_two_servers_are_two_links(self, world: World) -> None:
        world.servers.ids = ["nl", "de"]
        world.on_trial()
        link = served(world, token_of(world))
        assert link is not None
        assert len(link.keys) == 2

    def test_a_link_is_answered_from_the_persons_own_records_alone(self, world: World) -> None:
        world.servers.ids = ["nl", "de"]
        world.on_trial()
        world.servers.ids = []
        looked_up = world.servers.reads
        link = served(world, token_of(world))
        assert link is not None
        assert len(link.keys) == 2
        assert world.servers.reads == looked_up

    def test_a_fetch_that_cannot_be_noted_keeps_nobody_from_their_keys(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.on_trial()
        token = token_of(world)

        def down(*_: object) -> None:
            raise StorageUnavailable("DynamoDB: no answer")

        monkeypatch.setattr(world.people, "record_fetch", down)
        link = served(world, token, app="happ")
        assert link is not None
        assert link.keys
        assert world.meter.counts[Metric.CONNECTED] == 0

    @pytest.mark.parametrize("days", [3, 32.9])
    def test_after_the_end_it_is_known_and_opens_nothing(self, world: World, days: float) -> None:
        world.on_trial()
        token = token_of(world)
        world.clock.pass_by(timedelta(days=days))
        link = served(world, token)
        assert link is not None
        assert link.keys == ()

    def test_a_month_after_the_end_it_is_nobodys(self, world: World) -> None:
        world.on_trial()
        token = token_of(world)
        world.clock.pass_by(timedelta(days=33))
        assert served(world, token) is None

    def test_while_paused_it_opens_nothing(self, world: World) -> None:
        world.on_trial()
        suspend(world.open(), world.fleet, world.context, "ops:1", "operator")
        link = served(world, token_of(world))
        assert link is not None
        assert link.keys == ()

    @pytest.mark.parametrize("token", ["", "x", "!" * 43, "=" * 43, "é" * 43, "A" * 43, "A" * 42 + "!", "A" * 44])
    def test_a_malformed_or_unknown_token_is_nobodys(self, world: World, token: str) -> None:
        world.on_trial()
        assert served(world, token) is None

    def test_another_persons_token_with_my_name_in_it_opens_nothing(self, world: World) -> None:
        world.on_trial(1)
        world.on_trial(2)
        mine, theirs = token_of(world, 1), token_of(world, 2)
        assert served(world, mine[:22] + theirs[22:]) is None
        assert served(world, theirs[:22] + mine[22:]) is None

    def test_a_forged_token_for_a_deleted_person_opens_nothing(self, world: World) -> None:
        world.on_trial()
        delete_data(world.open(), world.fleet, world.context, update())
        guess = world.ring.link_token(world.person_id(), Key(world.ring.current, ""))
        assert served(world, guess) is None

    def test_the_first_fetch_by_an_app_is_recorded_and_counted_once(self, world: World) -> None:
        world.on_trial()
        for _ in range(3):
            served(world, token_of(world), app="happ")
            world.clock.pass_by(timedelta(hours=2))
        fetch = world.look().fetch
        assert fetch is not None
        assert (fetch.app, fetch.first_at, fetch.last_at) == ("happ", START, START + timedelta(hours=4))
        assert world.meter.counts[Metric.CONNECTED] == 1

    def test_a_browser_is_no_fetch_and_an_app_that_polls_costs_no_writes(self, world: World) -> None:
        world.on_trial()
        served(world, token_of(world), app=None)
        assert world.look().fetch is None
        served(world, token_of(world), app="happ")
        first = world.look().fetch
        world.clock.pass_by(timedelta(minutes=59))
        served(world, token_of(world), app="happ")
        assert world.look().fetch == first
        served(world, token_of(world), app="v2rayng")
        assert world.look().fetch != first

    def test_a_new_secret_leaves_old_links_alive(self, world: World) -> None:
        world.on_trial()
        token = token_of(world)
        world.ring = KeyRing({**world.ring.versions, 2: b"another secret of thirty-two bytes"})
        assert served(world, token) is not None
        assert world.person_id() == world.look().id


class TestWhyItDoesNotWork:
    """Find the cause; ask a server only when it can matter."""

    def test_no_server_is_asked_when_there_is_nothing_to_connect(self, world: World) -> None:
        world.arrives()
        world.panel.mood = Mood.DOWN
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.NO_SUBSCRIPTION

    def test_an_end_that_no_timer_noticed_is_an_end(self, world: World) -> None:
        world.on_trial()
        world.clock.pass_by(timedelta(days=3))
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.EXPIRED

    def test_a_server_that_is_down_is_ours_to_mend(self, world: World) -> None:
        world.on_trial()
        world.panel.health_told = BROKEN_SERVER
        diagnosis = run_diagnosis(world.open(), world.fleet, world.context)
        assert diagnosis.finding is Finding.SERVER_DOWN
        assert diagnosis.ours

    def test_a_server_that_is_no_longer_there_counts_as_down(self, world: World) -> None:
        world.on_trial()
        world.servers.ids = ["de"]
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.SERVER_DOWN

    def test_a_refused_key_is_known_without_asking(self, world: World) -> None:
        world.panel.mood = Mood.REFUSING
        world.on_trial()
        world.days(1)
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.KEY_REFUSED

    def test_the_traffic_is_looked_up_at_the_panel_and_kept(self, world: World) -> None:
        world.on_trial()
        served(world, token_of(world), app="happ")
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.NO_TRAFFIC
        world.panel.used_bytes["nl"] = 4096
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.ALL_GOOD
        assert world.look().accesses[0].used_bytes == 4096

    def test_a_panel_that_answers_for_health_only_leaves_the_traffic_as_known(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.on_trial()
        served(world, token_of(world), app="happ")
        world.panel.used_bytes["nl"] = 4096
        run_diagnosis(world.open(), world.fleet, world.context)
        monkeypatch.setattr(world.panel, "health", lambda server: Health(panel_answers=True, server_runs=True))
        world.panel.mood = Mood.DOWN
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.ALL_GOOD

    def test_with_no_living_key_there_is_nobody_to_ask(self, world: World) -> None:
        world.servers.ids = ["nl"]
        world.panel.mood = Mood.DOWN
        world.on_trial()
        session = world.open()
        session.commit(replace(session.person, accesses=()))
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.KEY_IN_THE_MAKING


class TestAPromiseToTellWhenTheServerIsBack:
    """Made once, kept once."""

    def test_the_word_comes_when_the_server_is_back_and_only_once(self, world: World) -> None:
        world.on_trial()
        world.connects()
        world.panel.health_told = BROKEN_SERVER
        watch_server(world.open(), world.context, update())
        watch_server(world.open(), world.context, update())
        world.settles(minutes=60)
        assert world.messenger.said == []
        assert world.index.parked() == []
        world.panel.health_told = Health(panel_answers=True, server_runs=True)
        world.settles(minutes=30)
        assert world.messenger.topics() == [NotificationKind.SERVER_BACK]
        assert world.look().watches == ()

    @pytest.mark.parametrize("back", [{"de", "fi", "nl"}, {"fi"}], ids=["all at once", "one of them"])
    def test_who_waits_for_several_servers_hears_once(self, world: World, back: set[str]) -> None:
        world.servers.ids = ["de", "fi", "nl"]
        world.on_trial()
        world.connects()
        world.panel.away = set(world.servers.ids)
        assert run_diagnosis(world.open(), world.fleet, world.context).finding is Finding.SERVER_DOWN
        watch_server(world.open(), world.context, update())
        world.settles(minutes=10)
        world.panel.away -= back
        world.settles()
        world.panel.away.clear()
        world.settles()
        assert world.messenger.topics() == [NotificationKind.SERVER_BACK]
        assert world.look().watches == ()

    def test_after_three_days_nobody_waits_any_more(self, world: World) -> None:
        world.on_trial()
        world.panel.health_told = BROKEN_SERVER
        watch_server(world.open(), world.context, update())
        world.until(START + timedelta(days=3, hours=2), step=timedelta(minutes=5))
        assert NotificationKind.SERVER_BACK not in world.messenger.topics()
        assert world.look().watches == ()

    def test_who_waits_for_a_first_key_needs_no_such_promise(self, world: World) -> None:
        world.panel.mood = Mood.DOWN
        world.on_trial()
        watch_server(world.open(), world.context, update())
        assert world.look().watches == ()

    def test_a_redelivered_wish_after_it_was_kept_is_not_granted_again(self, world: World) -> None:
        world.on_trial()
        cause = update()
        watch_server(world.open(), world.context, cause)
        world.settles(minutes=10)
        assert world.messenger.topics() == [NotificationKind.SERVER_BACK]
        watch_server(world.open(), world.context, cause)
        assert world.look().watches == ()

    def test_a_worker_that_comes_second_leaves_it_to_the_first(self, world: World) -> None:
        world.on_trial()
        watch_server(world.open(), world.context, update())
        world.clock.pass_by(timedelta(minutes=6))
        world.faults.at("commit.before", AlreadyDecided("event:server_back"))
        world.minute()
        assert world.messenger.said == []
        world.settles(minutes=10)
        assert world.messenger.topics() == [NotificationKind.SERVER_BACK]
