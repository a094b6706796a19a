"""The acts of the staff, as the log has them. An act and its row are committed together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from vpnbot.domain.effects import Put

UNDO_WITHIN_HOURS = 24
"""How long an act can be undone."""


class ActKind(StrEnum):
    """What a member of the staff has done to a person."""

    DAYS = "days"
    PLAN = "plan"
    LINK = "link"
    PAUSE = "pause"
    RESUME = "resume"
    TRIAL = "trial"
    MESSAGE = "message"
    NOTE = "note"
    MOVE = "move"
    DELETE = "delete"
    ROLE = "role"
    UNDO = "undo"


class BroadcastAct(StrEnum):
    """What a member of the staff has done with a broadcast."""

    SEND = "send"
    PAUSE_SENDING = "pause_sending"
    RESUME_SENDING = "resume_sending"
    STOP_SENDING = "stop_sending"
    DELETE_SENT = "delete_sent"
    CORRECT_SENT = "correct_sent"
    SEND_AGAIN = "send_again"


class OutageAct(StrEnum):
    """What a member of the staff has decided about a measured outage."""

    WAS_DOWN = "was_down"
    WAS_NOT_DOWN = "was_not_down"
    COMPENSATE = "compensate"
    ASK_OWNER = "ask_owner"


class ShopAct(StrEnum):
    """What a member of the staff has done to the shop; its history has the values."""

    SETTING = "setting"
    UNDO_SETTING = "undo_setting"
    TEXT = "text"
    UNDO_TEXT = "undo_text"


class PromoAct(StrEnum):
    """What a member of the staff has done with a promo code."""

    MAKE_CODE = "make_code"
    PAUSE_CODE = "pause_code"
    RESUME_CODE = "resume_code"
    END_CODE = "end_code"


class LinkAct(StrEnum):
    """What a member of the staff has done with a link in an advertisement."""

    MAKE_LINK = "make_link"
    NAME_LINK = "name_link"
    COST_OF_LINK = "cost_of_link"
    PAUSE_LINK = "pause_link"
    RESUME_LINK = "resume_link"
    DELETE_LINK = "delete_link"


class RewardAct(StrEnum):
    """What an owner has decided about a reward above the number of a month."""

    GIVE_REWARD = "give_reward"
    REFUSE_REWARD = "refuse_reward"


class SupportAct(StrEnum):
    """What a member of the staff has done to the support."""

    GROUP = "group"


UNDOABLE = frozenset({ActKind.DAYS, ActKind.PLAN, ActKind.PAUSE, ActKind.RESUME, ActKind.TRIAL})


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `value` is what it was about: days, a plan, a server, a role; `before` what was there before.

    `told`: the person was notified. `person` is empty for an act on no person.
    """

    cause: str
    kind: str
    actor: str
    person: str
    at: datetime
    value: str = ""
    before: str = ""
    told: bool = False

    @property
    def key(self) -> str:
        """The sort key of its row."""
        return act_key(self.at, self.cause)

    @property
    def actor_id(self) -> str:
        """The id of the member who did it."""
        return self.actor.partition(":")[2]

    @property
    def undoable(self) -> bool:
        """Whether it is of a kind that can be undone."""
        return self.kind in UNDOABLE


def acts_partition(month: str) -> str:
    """Return the partition of the acts of a month, such as `2026-11`."""
    return f"ACTS#{month}"


def month_of(moment: datetime) -> str:
    """Return the month of a time in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def month_before(month: str) -> str:
    """Return the month before one."""
    year, number = map(int, month.split("-"))
    return f"{year - 1:04}-12" if number == 1 else f"{year:04}-{number - 1:02}"


def act_key(at: datetime, cause: str) -> str:
    """Return the sort key of an act, which sorts by time."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{cause}"


def written(act: Act) -> Put:
    """Return the effect that writes an act into the log."""
    body: dict[str, object] = {"kind": str(act.kind), "actor": act.actor, "person": act.person}
    body |= {name: value for name, value in (("value", act.value), ("before", act.before)) if value}
    if act.told:
        body["told"] = True
    return Put(acts_partition(month_of(act.at)), act.key, body, at=act.at)


def act_of(key: str, body: Mapping[str, object], at: datetime) -> Act:
    """Return what a stored row says; the kind may be one of a later release."""
    texts = {name: str(body.get(name, "")) for name in ("kind", "actor", "person", "value", "before")}
    return Act(key.partition("#")[2], at=at, told=body.get("told") is True, **texts)
