"""What a person's keys should be. It follows from their standing alone, whichever decision led there."""

from collections.abc import Mapping
from datetime import datetime

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import Standing, standing

_WANTED: Mapping[Standing, Wanted] = {
    Standing.NEW: Wanted.ABSENT,
    Standing.TRIAL_USED: Wanted.ABSENT,
    Standing.FIRST_KEY: Wanted.ENABLED,
    Standing.RUNNING: Wanted.ENABLED,
    Standing.LAST_DAY: Wanted.ENABLED,
    Standing.KEY_AGAIN: Wanted.ENABLED,
    Standing.USED_UP: Wanted.LIMITED,
    Standing.EXPIRED: Wanted.LIMITED,
    Standing.LINK_GONE: Wanted.LIMITED,
    Standing.PAUSED: Wanted.DISABLED,
    Standing.DELETED: Wanted.ABSENT,
}
"""The wanted state of the current key by standing. LINK_GONE has a key only until the end of the link is applied.

UNREADABLE is left out: nothing is decided about such a person.
"""


def wanted_state(person: Person, now: datetime) -> Wanted:
    """Return the wanted state of a person's current key at `now`; ABSENT if they have none.

    Raises:
        KeyError: a bug: this version cannot read the person.
    """
    return Wanted.ABSENT if person.subscription.key is None else _WANTED[standing(person, now)]


def telegram_only(person: Person, now: datetime) -> bool:
    """Tell whether the keys may reach only Telegram, or could after a suspension: time or traffic is used up."""
    return wanted_state(person.resumed_at(now), now) is Wanted.LIMITED


def with_keys_as_granted(person: Person, now: datetime) -> Person:
    """Return this person with every key as it should be: its state, and the limits of the plan.

    Keys of an earlier link are to be removed. A person whom this version cannot read is returned unchanged.
    """
    if not person.readable:
        return person
    subscription, limit, wanted = person.subscription, person.traffic_limit_bytes, wanted_state(person, now)

    def as_granted(access: Access) -> Access:
        if subscription.plan is None or access.key != subscription.key:
            return access.changed(Wanted.ABSENT, now)
        return access.with_limits(subscription.plan.devices, limit, now).changed(wanted, now)

    return person.with_accesses(as_granted)
