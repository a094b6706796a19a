"""The promise to notify people when their server works again: kept once, after any time, for any number of people."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, update
from vpnbot.domain.audience.turn import Turn
from vpnbot.domain.notifications import Notification, NotificationKind
from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.outage import waiters_of
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import Health
from vpnbot.domain.support import Finding
from vpnbot.domain.waiters import waiter_shard, waiters_partition
from vpnbot.errors import TelegramUnavailable
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.people.delete_data import delete_data
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.servers.watch_server import watch_server
from vpnbot.usecases.support.diagnose import run_diagnosis

BROKEN_SERVER = Health(panel_answers=True, server_runs=False)
WORKING_SERVER = Health(panel_answers=True, server_runs=True)
MINUTE = timedelta(minutes=1)


def waits(shop: Shop, user_id: int = 42, cause: str | None = None) -> None:
    """Let a person ask why VPN does not work, while all of their servers are down."""
    watch_server(shop.open(user_id), shop.fleet, shop.context, cause or update())


def waiting(shop: Shop, user_id: int = 42, server_id: str = "nl") -> bool:
    """Tell whether a row finds this person among the waiters of a server."""
    person_id = shop.person_id(user_id)
    partition = waiters_partition(waiters_of(server_id), waiter_shard(person_id))
    return person_id in shop.waiter_rows.page(partition)


def fails(shop: Shop, user_id: int = 42) -> None:
    """Let a person with a connected key wait for a server that is down."""
    shop.on_trial(user_id)
    shop.connects(user_id)
    shop.panel.reported_health = BROKEN_SERVER
    waits(shop, user_id)


class TestThePromise:
    """A person is notified once when a server works again."""

    def test_one_notification_is_sent_within_three_minutes(self, shop: Shop) -> None:
        fails(shop)
        waits(shop)
        shop.settles(minutes=60)
        assert shop.sender.said == []
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert shop.look().watches == ()
        assert not waiting(shop)
        shop.settles(minutes=20)
        assert shop.outages.get("nl") is None, "nothing is left that costs anything"
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

    @pytest.mark.parametrize("trouble", [PanelTrouble.WRONG_TOKEN, PanelTrouble.CORE_UNKNOWN])
    def test_a_panel_that_answers_but_cannot_be_asked_about_its_server_is_not_back(
        self, shop: Shop, trouble: PanelTrouble
    ) -> None:
        fails(shop)
        shop.panel.reported_health = replace(WORKING_SERVER, trouble=trouble)
        shop.settles(minutes=60)
        assert shop.sender.said == []
        assert waiting(shop)
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

    def test_the_promise_is_kept_after_five_days_of_outage(self, shop: Shop) -> None:
        shop.on_trial()
        session = shop.open()
        ends_at = START + timedelta(days=60)
        longer = replace(session.person.subscription, ends_at=ends_at, due=None)
        apply_fact(session, shop.context, lambda person: Decision(replace(person, subscription=longer)))
        shop.panel.reported_health = BROKEN_SERVER
        waits(shop)
        shop.days(5, step=timedelta(minutes=10))
        assert shop.index.dead_lettered() == []
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=12)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

    def test_a_person_whose_time_ended_meanwhile_is_not_notified(self, shop: Shop) -> None:
        fails(shop)
        shop.days(4)
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=30)
        assert NotificationKind.SERVER_BACK not in shop.sender.kinds()
        assert shop.look().watches == ()
        assert shop.history()[-1].startswith("event:server_back:nl:")

    def test_a_person_who_waits_for_a_first_key_gets_no_watch(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        waits(shop)
        assert shop.look().watches == ()
        assert shop.outages.get("nl") is None

    def test_a_redelivered_tap_after_the_notification_starts_no_second_watch(self, shop: Shop) -> None:
        shop.on_trial()
        cause = update()
        waits(shop, cause=cause)
        shop.settles(minutes=10)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        waits(shop, cause=cause)
        assert shop.look().watches == ()

    def test_a_person_who_deletes_their_data_waits_no_more(self, shop: Shop) -> None:
        fails(shop)
        assert waiting(shop)
        delete_data(shop.open(), shop.fleet, shop.context, update())
        assert not waiting(shop)

    def test_a_server_that_goes_down_again_stops_the_notifications(self, shop: Shop) -> None:
        for user_id in range(1, 21):
            fails(shop, user_id)
        shop.panel.reported_health = WORKING_SERVER
        notify = shop.sender.notify

        def breaks_after_the_first(person: Person, notification: Notification, now: datetime) -> None:
            notify(person, notification, now)
            shop.pace.pause(timedelta(seconds=6))
            shop.panel.reported_health = BROKEN_SERVER

        shop.sender.notify = breaks_after_the_first  # type: ignore[method-assign]  # replaced for this test
        shop.settles(minutes=10)
        assert len(shop.sender.said) == 1
        shop.sender.notify = notify  # type: ignore[method-assign]  # replaced for this test
        shop.panel.reported_health = WORKING_SERVER
        shop.settles(minutes=3)
        assert len({sent.person_id for sent in shop.sender.said}) == len(shop.sender.said) == 20

    def test_while_telegram_asks_to_wait_no_other_person_is_notified(self, shop: Shop) -> None:
        for user_id in range(1, 21):
            fails(shop, user_id)
        shop.panel.reported_health = WORKING_SERVER
        asked = TelegramUnavailable("Telegram asks to wait", after=timedelta(minutes=5))
        shop.faults.at("say.before", asked)
        shop.clock.advance(MINUTE)
        shop.minute()
        assert shop.faults.passed.count("say.before") == 1
        shop.until(shop.clock.now + 4 * MINUTE, step=MINUTE)
        assert shop.sender.said == []
        shop.settles(minutes=10)
        assert len({sent.person_id for sent in shop.sender.said}) == len(shop.sender.said) == 20


class TestSeveralServers:
    """A person with keys on three servers is notified once, whichever servers recover first."""

    @pytest.mark.parametrize("recovered", [{"de", "fi", "nl"}, {"fi"}], ids=["all at once", "one first"])
    def test_a_person_who_waits_for_several_servers_is_notified_once(self, shop: Shop, recovered: set[str]) -> None:
        shop.servers.ids = ["de", "fi", "nl"]
        shop.on_trial()
        shop.connects()
        shop.panel.away = set(shop.servers.ids)
        assert run_diagnosis(shop.open(), shop.fleet, shop.context).finding is Finding.SERVER_DOWN
        waits(shop)
        shop.settles(minutes=10)
        shop.panel.away -= recovered
        shop.settles()
        shop.panel.away.clear()
        shop.settles()
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        assert shop.look().watches == ()

    def test_two_workers_with_two_servers_at_the_same_moment_notify_once(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second one decides again after a conflict, from the person whom the first has notified."""
        # As if the turn of the first one had ended.
        monkeypatch.setattr(shop.turn, "take", lambda rank, now, until: Turn(rank, until))
        shop.servers.ids = ["de", "fi", "nl"]
        shop.on_trial()
        shop.connects()
        waits(shop)
        shop.clock.advance(2 * MINUTE)
        commits = 0
        reached = shop.faults.reached

        def overtaken(point: str) -> None:
            nonlocal commits
            reached(point)
            commits += point == "commit.before"
            if point == "commit.before" and commits == 1:
                shop.work(shop.queue.claims.pop(0))

        assert dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace) == 3
        shop.faults.reached = overtaken  # type: ignore[method-assign]  # replaced for this test
        shop.work(shop.queue.claims.pop(0))
        shop.faults.reached = reached  # type: ignore[method-assign]  # replaced for this test
        shop.settles(minutes=30)
        assert commits >= 2
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]

    def test_one_worker_at_a_time_notifies_people_so_that_the_rate_is_bounded(self, shop: Shop) -> None:
        shop.servers.ids = ["de", "fi", "nl"]
        for user_id in (1, 2):
            shop.on_trial(user_id)
            shop.connects(user_id)
            waits(shop, user_id)
        shop.clock.advance(2 * MINUTE)
        assert dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace) == 3
        notify, said_by_the_other = shop.sender.notify, list[int]()

        def another_worker(person: Person, notification: Notification, now: datetime) -> None:
            if shop.queue.claims:
                before = len(shop.sender.said)
                shop.work(shop.queue.claims.pop(0))
                said_by_the_other.append(len(shop.sender.said) - before)
            notify(person, notification, now)

        shop.sender.notify = another_worker  # type: ignore[method-assign]  # replaced for this test
        shop.work(shop.queue.claims.pop(0))
        assert said_by_the_other == [0, 0]
        shop.sender.notify = notify  # type: ignore[method-assign]  # replaced for this test
        shop.settles(minutes=30)
        assert len({sent.person_id for sent in shop.sender.said}) == len(shop.sender.said) == 2
        assert all(shop.outages.get(server_id) is None for server_id in shop.servers.ids)

    def test_a_server_that_was_removed_ends_the_wait_when_another_works(self, shop: Shop) -> None:
        shop.servers.ids = ["de", "nl"]
        shop.on_trial()
        shop.connects()
        shop.panel.away = {"de", "nl"}
        waits(shop)
        shop.settles(minutes=5)
        shop.servers.ids = ["de"]
        shop.settles(minutes=5)
        assert shop.sender.said == []
        shop.panel.away.clear()
        shop.settles(minutes=5)
        assert shop.sender.kinds() == [NotificationKind.SERVER_BACK]
        shop.settles(minutes=30)
        assert shop.outages.get("nl") is None
