"""The due index: due work by shard and due time, claimed with a conditional write."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from vpnbot.domain.scheduling import CLAIM, Due, DueItem, Urgency, kind_of
from vpnbot.storage.codec import DEAD_LETTERED, shard_of, shards_of
from vpnbot.storage.table import Record, from_text, to_text, translated_errors


class DueIndex:
    """Implements the port `DueIndex`; the operator's commands also list and retry dead-lettered work."""

    def due(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return at most `limit` items that are due at `now`: the most urgent first, of these the oldest first.

        The index lags: an item may have another due time already, and then `claim` returns None.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        found: list[DueItem] = []
        for urgency in Urgency:
            listed = [item for shard in shards_of(urgency) for item in self._query(shard, limit, until=now)]
            found += sorted(listed, key=lambda item: item.due_at)
            if len(found) >= limit:
                break
        return found[:limit]

    def count(self, first: datetime, last: datetime) -> int:
        """Return how many items are due between two times, both included: claims that end then are not finished.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        within = Record.due_at.between(to_text(first), to_text(last))
        shards = [shard for urgency in Urgency for shard in shards_of(urgency)]
        with translated_errors():
            return sum(Record.due.count(shard, within) for shard in shards)

    def dead_lettered(self, limit: int | None = 100) -> Sequence[DueItem]:
        """Return at most `limit` dead-lettered items, for the operator; None: all of them.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        return list(self._query(DEAD_LETTERED, limit, until=None))

    def next_due(self) -> DueItem | None:
        """Return the item with the earliest due time, due or not; None if there is none.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        shards = [shard for urgency in Urgency for shard in shards_of(urgency)]
        following = [item for shard in shards for item in self._query(shard, 1, until=None)]
        return min(following, key=lambda item: item.due_at, default=None)

    def claim(
        self, item: DueItem, now: datetime, *, attempts: int | None = None, lasting: timedelta = CLAIM
    ) -> DueItem | None:
        """Claim an item for one worker; None if another worker has the claim or the due time has changed.

        `attempts` replaces the number of failed attempts; None leaves it. The claim ends after the time `lasting`.

        Raises:
            StorageUnavailable: DynamoDB did not answer; if the claim was written, it expires.
        """
        claimed = Due(now + lasting)
        actions: list[Action] = [Record.due_at.set(to_text(claimed.at)), Record.due_claimed.set(1)]
        if attempts is not None:
            actions.append(Record.due_attempts.set(attempts))
        updated = self._update(item, actions)
        if updated is None:
            return None
        claim = item.claimed_until(claimed.at, int(updated.due_attempts or 0))
        return replace(claim, origin=updated.due_origin or item.origin)

    def postpone(
        self, item: DueItem, until: datetime, *, dead_letter: bool = False, attempts: int | None = None
    ) -> bool:
        """Set the next time of a claimed item, or dead-letter it; False, and no change, if the claim is lost.

        `attempts` replaces the number of attempts counted so far; None leaves it. 0 means that the work did not fail,
        but goes on later.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the claim expires.
        """
        actions: list[Action] = [Record.due_at.set(to_text(until)), Record.due_claimed.remove()]
        if dead_letter:
            actions.append(Record.due_shard.set(DEAD_LETTERED))
        if attempts is not None:
            actions.append(Record.due_attempts.set(attempts))
        return self._update(item, actions) is not None

    def retry(self, item: DueItem, now: datetime) -> bool:
        """Make a dead-lettered item due at `now`, with no attempts counted; False if it was changed meanwhile.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        listed = Record.due_shard.set(shard_of(item.partition, Due(now), kind_of(item).urgency))
        return self._update(item, [listed, Record.due_at.set(to_text(now)), Record.due_attempts.set(0)]) is not None

    def done(self, item: DueItem) -> None:
        """Remove a claimed item from the index; nothing happens if the claim is lost.

        Raises:
            StorageUnavailable: DynamoDB did not answer; the claim expires.
        """
        attributes = (
            Record.due_at,
            Record.due_shard,
            Record.due_attempts,
            Record.due_claimed,
            Record.due_origin,
        )
        self._update(item, [attribute.remove() for attribute in attributes])

    def _update(self, item: DueItem, actions: list[Action]) -> Record | None:
        held: Condition = Record.due_at == to_text(item.due_at)
        record = Record(item.partition, item.sort_key)
        try:
            with translated_errors():
                record.update(actions=actions, condition=held)
        except UpdateError:
            return None
        return record

    def _query(self, shard: str, limit: int | None, until: datetime | None) -> Iterator[DueItem]:
        upto = Record.due_at <= to_text(until) if until else None
        with translated_errors():
            for record in Record.due.query(shard, upto, limit=limit):
                if record.due_at is not None:
                    yield DueItem(record.pk, record.sk, from_text(record.due_at))
