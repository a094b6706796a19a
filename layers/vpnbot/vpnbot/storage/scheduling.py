"""All work that waits for its time, found by shard and due time, claimed by a conditional write."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from vpnbot.domain.scheduling import Due, DueItem
from vpnbot.storage.codec import DEAD_LETTERED, SHARDS, shard_of
from vpnbot.storage.table import Record, from_text, to_text, translated_errors


class DueIndex:
    """The sparse index over `due_shard` and `due_at`."""

    def due(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return what is due in every shard, oldest first, at most `limit` in all.

        Index reads lag: an item may have moved on, which the claim finds out.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found = [item for shard in range(SHARDS) for item in self._query(f"due-{shard}", limit, until=now)]
        return sorted(found, key=lambda item: item.due_at)[:limit]

    def dead_lettered(self, limit: int = 100) -> Sequence[DueItem]:
        """Return what was given up, for the operator.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return list(self._query(DEAD_LETTERED, limit, until=None))

    def next_due(self) -> DueItem | None:
        """Return what comes next, due or not; None when nothing waits.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        following = [item for shard in range(SHARDS) for item in self._query(f"due-{shard}", 1, until=None)]
        return min(following, key=lambda item: item.due_at, default=None)

    def claim(self, item: DueItem, now: datetime) -> DueItem | None:
        """Take an item for one worker; None when another worker has it or its due time has moved.

        Raises:
            StorageUnavailable: DynamoDB did not answer; if the claim was written, it runs out.
        """
        claimed = Due(item.due_at, item.attempts).claimed(now)
        until = Record.due_at.set(to_text(claimed.at))
        counted = Record.due_attempts.set((Record.due_attempts | 0) + (claimed.attempts - item.attempts))
        moved = self._update(item, [until, counted])
        return replace(item, due_at=claimed.at, attempts=int(moved.due_attempts or 0)) if moved else None

    def postpone(
        self, item: DueItem, until: datetime, *, dead_letter: bool = False, attempts: int | None = None
    ) -> bool:
        """Set a claimed item's next time, or park it; False when the claim is lost, which is left alone.

        `attempts` says how many are counted so far, if that is not as many as were claimed; 0: it is not put off but
        goes on.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the claim runs out.
        """
        actions: list[Action] = [Record.due_at.set(to_text(until))]
        if dead_letter:
            actions.append(Record.due_shard.set(DEAD_LETTERED))
        if attempts is not None:
            actions.append(Record.due_attempts.set(attempts))
        return self._update(item, actions) is not None

    def retry(self, item: DueItem, now: datetime) -> bool:
        """Put what was parked back on the list, its attempts forgotten; False when it has gone meanwhile.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        listed = Record.due_shard.set(shard_of(item.partition, Due(now)))
        return self._update(item, [listed, Record.due_at.set(to_text(now)), Record.due_attempts.set(0)]) is not None

    def done(self, item: DueItem) -> None:
        """Take a claimed item off the list; a lost claim is left alone.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the claim runs out.
        """
        self._update(item, [Record.due_at.remove(), Record.due_shard.remove(), Record.due_attempts.remove()])

    def _update(self, item: DueItem, actions: list[Action]) -> Record | None:
        held: Condition = Record.due_at == to_text(item.due_at)
        record = Record(item.partition, item.sort_key)
        try:
            with translated_errors():
                record.update(actions=actions, condition=held)
        except UpdateError:
            return None
        return record

    def _query(self, shard: str, limit: int, until: datetime | None) -> Iterator[DueItem]:
        upto = Record.due_at <= to_text(until) if until else None
        with translated_errors():
            for record in Record.due.query(shard, upto, limit=limit):
                if record.due_at is not None:
                    yield DueItem(record.pk, record.sk, from_text(record.due_at))
