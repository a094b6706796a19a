"""What it does to a person to open a gift: its time is added, and no time or renewal of theirs is touched."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vpnbot.domain.gifts.gift import Gift
from vpnbot.domain.keys.key_ring import Key
from vpnbot.domain.payments.purchase import with_purchase
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.domain.subscriptions.status import Status
from vpnbot.domain.subscriptions.time_credit import total_seconds

_UNKNOWN_KEY = Key(0, "")


class OpeningKind(StrEnum):
    """What a gift becomes: NEW: there is no time left, its plan begins. PLAN: its plan becomes the present one, for
    what is left, too. ADDED: time of the same plan. CONVERTED: time of the person's own plan, by its worth.
    """

    NEW = "new"
    PLAN = "plan"
    ADDED = "added"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class OpeningPreview:
    """What `with_gift` would do now.

    `added` is the time that it adds to the plan that the person has afterwards, `plan`. `ends_at` is the end after
    it; None: the time starts when a key works, or goes on when a suspension ends.
    """

    kind: OpeningKind
    plan: Plan
    added: timedelta
    ends_at: datetime | None


def with_gift(person: Person, gift: Gift, new_key: Key, now: datetime) -> Person:
    """Return the person with a gift opened, whatever state the person is in.

    As long as bought time is left, the gift becomes time of the present plan, by its worth; otherwise its plan
    becomes the present one. `new_key` becomes the key of a person who has none.
    """
    return with_purchase(person, gift.lot, gift.offer, gift.money, new_key, now, sets_plan=False)


def preview_of_gift(person: Person, gift: Gift, now: datetime) -> OpeningPreview:
    """Return what opening a gift does at the same time."""
    before = person.subscription
    after = with_gift(person, gift, _UNKNOWN_KEY, now).subscription
    plan = after.plan or gift.offer.plan
    added = sum(lot.seconds for lot in after.lots if lot.id == gift.lot)
    if not total_seconds(before.lots_left(now)):
        kind = OpeningKind.NEW
    elif before.plan is None or before.plan.id != plan.id:
        kind = OpeningKind.PLAN
    else:
        kind = OpeningKind.ADDED if plan.id == gift.offer.plan.id else OpeningKind.CONVERTED
    ends_at = None if after.status is Status.SUSPENDED else after.ends_at
    return OpeningPreview(kind, plan, timedelta(seconds=added), ends_at)
