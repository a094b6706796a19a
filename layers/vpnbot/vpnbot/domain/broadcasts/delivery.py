"""The delivery of a broadcast to one person: an item that is put before the call to Telegram, and its outcome.

If the answer of Telegram is lost, with a crash or a time-out, the item stays TRYING: the message may have been sent.
Who is found so later is UNSURE, and is not sent it again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.audience.facts import AUDIENCE_SHARDS, audience_shard

KEPT_FOR = timedelta(days=60)
SHARDS = AUDIENCE_SHARDS
"""The shards are those of the audience: a walk through the deliveries goes in the order of that which made them."""
SETTLED_AFTER = timedelta(seconds=90)
"""After this time no other process can still be at a delivery that another slice has begun."""


class Outcome(StrEnum):
    """What has become of a delivery.

    LEFT: the person did not belong to the broadcast when the turn came. DELETED: it was sent, and deleted again.
    STAYS: it was sent, and is too old to be deleted.
    """

    TRYING = "trying"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNSURE = "unsure"
    LEFT = "left"
    DELETED = "deleted"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The delivery to one person; `nonce` is that of the slice that tries it, `detail` Telegram's own words.

    `text_of` is when the text was corrected that the message has, None: the first text. `again`: it was not known
    whether the message had arrived, and it is sent once more.
    """

    person: str
    outcome: Outcome
    at: datetime
    nonce: str = ""
    message_id: int | None = None
    detail: str = ""
    text_of: datetime | None = None
    again: bool = False

    @property
    def unsure(self) -> bool:
        """Whether it is not known, or not yet, whether the message has arrived."""
        return self.outcome in {Outcome.TRYING, Outcome.UNSURE}

    def ended(
        self, outcome: Outcome, now: datetime, *, message_id: int | None = None, detail: str = ""
    ) -> "Delivery":
        """Return this delivery with its outcome."""
        kept = self.message_id if message_id is None else message_id
        return replace(self, outcome=outcome, at=now, message_id=kept, detail=detail)


def deliveries_partition(broadcast_id: str, shard: int) -> str:
    """Return the partition of one shard of the deliveries of a broadcast; the sort keys are the people's ids."""
    return f"DELIVERY#{broadcast_id}#{shard}"


def delivery_shard(person_id: str) -> int:
    """Return the shard that has the delivery to a person."""
    return audience_shard(person_id)
