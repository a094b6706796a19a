"""The roles of the people who run the shop, and what each role may do.

The role of a person is in the person's own profile (`User.role`), which is loaded with every update. So a role that
was taken away ends with the next update, and nothing else has to be read.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum, auto

from vpnbot.domain.bot_profile import profile_work
from vpnbot.domain.effects import Delete, Effect, Put

STAFF = "STAFF"
"""The partition that lists the people with a role; the sort keys are their ids."""


class Role(StrEnum):
    """A role, from the least to the most rights. The administrators of the deployment are owners in any case."""

    SUPPORT = "support"
    ADMIN = "admin"
    OWNER = "owner"


class Right(StrEnum):
    """Something that a member of the staff may do.

    ANSWER: find people, read their cards, answer, write to them, and note. GIVE_DAYS: support has limits. ACT: change
    the plan, pause and resume, reset the trial mark, move keys, delete. MONEY: decide about payments and refunds.
    COMPENSATE: judge outages and give days for them; only with COMPENSATE_ANY without a limit.
    """

    ANSWER = auto()
    GIVE_DAYS = auto()
    NEW_LINK = auto()
    TODAY = auto()
    ACT = auto()
    STATISTICS = auto()
    BROADCAST = auto()
    PROMO = auto()
    TEXTS = auto()
    COMPENSATE = auto()
    COMPENSATE_ANY = auto()
    MONEY = auto()
    SERVERS = auto()
    SETTINGS = auto()
    STAFF = auto()


_SUPPORT = frozenset({Right.ANSWER, Right.GIVE_DAYS, Right.NEW_LINK, Right.TODAY})
_ADMIN = _SUPPORT | {Right.ACT, Right.STATISTICS, Right.BROADCAST, Right.PROMO, Right.TEXTS, Right.COMPENSATE}
_RIGHTS = {Role.SUPPORT: _SUPPORT, Role.ADMIN: _ADMIN, Role.OWNER: frozenset(Right)}


def may(role: Role | None, right: Right) -> bool:
    """Tell whether a role includes a right; a person without a role has none."""
    return role is not None and right in _RIGHTS[role]


def staff_moves(person_id: str, before: Role | None, after: Role | None, now: datetime) -> Iterator[Effect]:
    """Yield the changes of the list of the staff and of the menus when the role of a person changes at `now`."""
    if after is before:
        return
    yield Delete(STAFF, person_id) if after is None else Put(STAFF, person_id, {"role": str(after)})
    yield profile_work(now)
