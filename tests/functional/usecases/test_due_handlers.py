"""The registry of due work: each kind has one handler, and work of an unknown kind waits for a newer version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

import pytest

from tests.fakes.contract import with_every_item, with_money_items
from tests.fakes.faults import Crash
from tests.fakes.people import People
from tests.fakes.shop import Shop
from tests.fakes.table import OtherItem
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.people.items import items_of, never_due, sort_key
from vpnbot.domain.people.person import Person
from vpnbot.domain.scheduling import (
    CLAIM,
    CLOSE_HOURS,
    DELIVER_ALERT,
    END_OUTAGE,
    FOLLOW_DOWNTIME,
    FOLLOW_GIFT,
    FOLLOW_UNMATCHED,
    MAX_ATTEMPTS,
    PROBE_PROVIDER,
    RECONCILE_PAYMENTS,
    RECONCILE_SERVER,
    REPORT_SUPPORT_TROUBLE,
    RUN_BROADCAST,
    SHOW_PROFILE,
    TELL_PLANS_OPEN,
    TELL_TRIALS,
    WORK_KINDS,
    Due,
    DueItem,
    Urgency,
    WorkKind,
)
from vpnbot.errors import Misconfigured, StorageUnavailable
from vpnbot.storage.codec import make_due
from vpnbot.storage.table import Record
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.scheduling.dispatch_due import dispatch_due
from vpnbot.usecases.scheduling.due_handlers import HANDLERS
from vpnbot.usecases.scheduling.run_due import run_due
from vpnbot.usecases.scheduling.worker_ports import Handler, WorkerPorts

MINUTE = timedelta(minutes=1)
SOME_PERSON = Person(PersonId("ab" * 16))
BROADCASTS = "BROADCASTS"
SURVEY = WorkKind("survey", "SURVEY")
STANDING = WorkKind("standing", "STANDING", may_be_dead_lettered=False)


@dataclass
class Recorder:
    """A handler that records its items, and raises `error` if there is one."""

    error: BaseException | None = None
    handled: list[DueItem] = field(default_factory=list)

    def __call__(self, item: DueItem, ports: WorkerPorts) -> None:
        self.handled.append(item)
        if self.error is not None:
            raise self.error
        ports.index.done(item)


def store_due_item(shop: Shop, sort_key: str) -> None:
    """Store an item that is due now, in a partition that belongs to no person."""
    if shop.on_dynamodb:
        record = Record(BROADCASTS, sort_key, body={"text": "spring"})
        make_due(record, Due(shop.clock()), Urgency.NORMAL)
        record.save()
    else:
        cast(People, shop.people).table.put(BROADCASTS, OtherItem(sort_key, Due(shop.clock())))


def minute(shop: Shop, handlers: Mapping[WorkKind, Handler]) -> None:
    """Dispatch what is due, and work on it, in a version that knows the kinds of `handlers`."""
    dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
    for item in shop.queue.take():
        run_due(item, shop.worker_ports, shop.pace, handlers)


class TestAKindThatIsRegistered:
    """Dispatcher, worker, backoff and dead letters need one entry in the registry only."""

    def test_an_item_is_given_to_its_handler_and_then_done(self, shop: Shop) -> None:
        handler = Recorder()
        store_due_item(shop, "SURVEY#spring")
        minute(shop, {**HANDLERS, SURVEY: handler})
        (item,) = handler.handled
        assert (item.partition, item.sort_key, item.attempts) == (BROADCASTS, "SURVEY#spring", 0)
        assert shop.index.next_due() is None

    def test_an_item_is_dead_lettered_after_the_last_attempt_if_its_kind_allows_it(self, shop: Shop) -> None:
        handler = Recorder(KeyError("a bug"))
        store_due_item(shop, "SURVEY#spring")
        self._work_for_a_day(shop, {**HANDLERS, SURVEY: handler})
        assert len(handler.handled) == MAX_ATTEMPTS
        assert [item.sort_key for item in shop.index.dead_lettered()] == ["SURVEY#spring"]
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 1

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            (STANDING, KeyError("a bug")),
            (SURVEY, StorageUnavailable("throttled")),
            (SURVEY, Misconfigured("PANEL", "set it")),
            (SURVEY, Crash()),
        ],
        ids=repr,
    )
    def test_an_item_is_retried_forever_if_it_waits_or_its_kind_may_not_be_dead_lettered(
        self, shop: Shop, kind: WorkKind, error: BaseException
    ) -> None:
        handler = Recorder(error)
        store_due_item(shop, f"{kind.prefix}#nl")
        self._work_for_a_day(shop, {**HANDLERS, kind: handler})
        assert len(handler.handled) > 2 * MAX_ATTEMPTS
        assert shop.index.dead_lettered() == []
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 0

    def _work_for_a_day(self, shop: Shop, handlers: Mapping[WorkKind, Handler]) -> None:
        for _ in range(24 * 60):
            try:
                minute(shop, handlers)
            except Crash:
                shop.queue.claims.clear()
            shop.clock.advance(MINUTE)


class TestAKindOfANewerVersion:
    """After a rollback the items of a newer version wait; they are counted and logged, and never lost."""

    def test_an_unknown_item_is_deferred_without_limit_until_the_newer_version_handles_it(self, shop: Shop) -> None:
        store_due_item(shop, "SURVEY#spring")
        attempted_at: list[datetime] = []
        for _ in range(2 * MAX_ATTEMPTS):
            following = shop.index.next_due()
            assert following is not None
            shop.clock.now = max(shop.clock.now, following.due_at)
            attempted_at.append(shop.clock.now)
            minute(shop, HANDLERS)
        assert shop.index.dead_lettered() == []
        assert shop.meter.counts[Metric.UNKNOWN_WORK] == 2 * MAX_ATTEMPTS
        assert set(shop.meter.deferred_work) == {("SURVEY", "UnknownWork")}
        assert max(late - early for early, late in pairwise(attempted_at)) == timedelta(minutes=10)
        shop.clock.advance(timedelta(minutes=10))
        newer = Recorder()
        minute(shop, {**HANDLERS, SURVEY: newer})
        (item,) = newer.handled
        assert item.attempts <= MAX_ATTEMPTS - 4, "waiting has left attempts for a bug"

    def test_a_lost_claim_on_an_unknown_item_changes_nothing(self, shop: Shop) -> None:
        store_due_item(shop, "SURVEY#spring")
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        (stale,) = list(shop.queue.take())
        shop.clock.advance(CLAIM)
        dispatch_due(shop.index, shop.queue, shop.clock, shop.meter, shop.pace)
        (current,) = list(shop.queue.take())
        shop.work(stale)
        assert shop.index.next_due() == DueItem(BROADCASTS, "SURVEY#spring", current.due_at)

    def test_other_work_is_not_delayed_by_unknown_items(self, shop: Shop) -> None:
        for number in range(20):
            store_due_item(shop, f"SURVEY#{number}")
        shop.on_trial()
        shop.clock.advance(timedelta(days=4))
        shop.minute()
        assert shop.meter.counts[Metric.EXPIRED] == 1


class TestTheRegistry:
    """Kinds, handlers and stored items match."""

    def test_every_kind_has_a_handler_and_every_handler_a_kind(self) -> None:
        assert set(HANDLERS) == set(WORK_KINDS)

    def test_every_item_of_a_person_that_may_be_due_is_of_a_registered_kind(self) -> None:
        items = items_of(with_money_items(with_every_item(SOME_PERSON))).values()
        due = {sort_key(item).partition("#")[0] for item in items if not never_due(item)}
        of_no_person = {
            kind.prefix
            for kind in (
                RECONCILE_SERVER,
                END_OUTAGE,
                FOLLOW_DOWNTIME,
                REPORT_SUPPORT_TROUBLE,
                RUN_BROADCAST,
                FOLLOW_GIFT,
                TELL_PLANS_OPEN,
                TELL_TRIALS,
                RECONCILE_PAYMENTS,
                DELIVER_ALERT,
                PROBE_PROVIDER,
                FOLLOW_UNMATCHED,
                CLOSE_HOURS,
                SHOW_PROFILE,
            )
        }
        assert due == {kind.prefix for kind in WORK_KINDS} - of_no_person
