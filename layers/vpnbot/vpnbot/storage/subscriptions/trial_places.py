"""The counters of the trials of a day, and the work that notifies the people who wait for one.

| item    | pk            | sk               | written                                                       |
|---------|---------------|------------------|---------------------------------------------------------------|
| Places  | BUDGET#day    | ROOM#number      | with each trial; together they hold the limit; TTL            |
| Telling | TRIALS        | TRIALPLACES#tell | due index: with a change of the limit, then each day          |
| Waiter  | WAIT#trials#shard | person       | with the commit of the wait, and of its end; index by_time    |
"""

from collections.abc import Mapping, Sequence
from datetime import date

from pynamodb.exceptions import PutError

from vpnbot.domain.dealt_limit import COUNTER_PREFIX
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.scheduling import Due, DueItem, Urgency
from vpnbot.domain.subscriptions.trial_places import (
    TELLING_KEY,
    TRIAL_WAITERS,
    TRIALS,
    Telling,
    Waiter,
    places_partition,
)
from vpnbot.domain.waiters import WAITER_SHARDS, waiters_partition
from vpnbot.errors import ClaimLost
from vpnbot.storage.codec import make_due
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, from_text, to_text, translated_errors


class StoredTrialPlaces:
    """Implements the port `TrialPlaces`."""

    def __init__(self) -> None:
        self._known: tuple[date, Mapping[str, int]] | None = None

    def known(self, day: date) -> Mapping[str, int]:
        """Return how far the counters of a day are as this process has read them last."""
        return self._known[1] if self._known is not None and self._known[0] == day else {}

    def taken(self, day: date) -> Mapping[str, int]:
        """Return how far the counters of a day are, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            found = Record.query(places_partition(day), Record.sk.startswith(COUNTER_PREFIX), consistent_read=True)
            taken = {record.sk: int(record.taken or 0) for record in found}
        self._known = (day, taken)
        return taken

    def telling(self) -> Telling | None:
        """Return the work, strongly consistent; None: the shop never had a limit.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(TRIALS, TELLING_KEY)
        if stored is None:
            return None
        body = stored.body
        due = Due(from_text(stored.due_at), stored.due_attempts) if stored.due_at else None
        begun_at = from_text(body["begun_at"]) if "begun_at" in body else None
        last = Waiter(from_text(body["since"]), PersonId(body["last"])) if "last" in body else None
        return Telling(body.get("day", ""), begun_at, last, due)

    def begin(self, item: DueItem, after: Telling) -> None:
        """Store whom a run notifies.

        Raises:
            ClaimLost: another worker has the claim.
            StorageUnavailable: DynamoDB did not answer; the claim expires.
        """
        body = {"day": after.day}
        if after.begun_at is not None:
            body["begun_at"] = to_text(after.begun_at)
        if after.last is not None:
            body |= {"since": to_text(after.last.since), "last": after.last.person}
        record = Record(TRIALS, TELLING_KEY, body=body)
        make_due(record, after.due, Urgency.BULK)
        try:
            with translated_errors():
                record.save(condition=Record.due_at == to_text(item.due_at))
        except PutError as error:
            raise ClaimLost(item.sort_key) from error

    def oldest(self, limit: int) -> Sequence[Waiter]:
        """Return the people who wait longest, at most `limit`, in order: one query of `limit` rows for each shard.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found = (waiter for shard in range(WAITER_SHARDS) for waiter in _rows(shard, limit))
        return sorted(found, key=lambda waiter: (waiter.since, waiter.person))[:limit]

    def waiting(self) -> int:
        """Return how many people wait now: one count for each shard.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            return sum(Record.count(waiters_partition(TRIAL_WAITERS, shard)) for shard in range(WAITER_SHARDS))

    def page(self, shard: int, last: Waiter) -> Sequence[PersonId]:
        """Return the people of one shard who wait as long as the last one, or longer, by their ids.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return sorted(waiter.person for waiter in _rows(shard, None, last))


def _rows(shard: int, limit: int | None, last: Waiter | None = None) -> list[Waiter]:
    """Return rows of a shard by their time: the first ones, or those up to the one of the last person."""
    until = Record.at <= to_text(last.since) if last is not None else None
    with translated_errors():
        found = Record.by_time.query(
            waiters_partition(TRIAL_WAITERS, shard), until, consistent_read=True, limit=limit
        )
        return [Waiter(from_text(record.at), PersonId(record.sk)) for record in found]
