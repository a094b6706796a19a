"""What the index of the audience says about a person: one short text, which a commit writes with the profile.

    1|trial|2026-03-04T12:00:00|ru|r1|n1|2026-03-01|s:a_spring|p0|w0|k:nl|k:de|

The fields are the version, the group, the end of the time, the language, whether messages arrive, whether news are
wanted, the day of the first contact, where the person came from, whether the plan is more than the trial, whether
the first key waits for a free place, and each server that has a key. It begins with group and end, so that a range of
texts is a range of ends. Each field ends with `|`, so that `|ru|` finds a language. A later release may add fields at
the end.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zlib import crc32

from vpnbot.domain.ads.source import ADVERTISEMENT, advertisement_tag
from vpnbot.domain.people.person import Person
from vpnbot.domain.subscriptions.subscription import Status

AUDIENCE_SHARDS = 16
"""The number of partitions of the index."""

VERSION = "1"
FORM = 2
"""The number of the form of the text, which grows when a field is added; form 1 had no field after `p`."""

_FIELDS = 9
"""The fields of form 1."""
DIRECTLY, INVITED, OTHER_LINK = "direct", "r", "other"
"""The other sources: without a link, by the link of a friend, by another link."""
_NOTHING = "-"


class Group(StrEnum):
    """How a person stands, as far as it does not change with time alone; always exactly one of these."""

    NEW = "new"
    """No subscription yet; the trial is available."""
    NONE = "none"
    """No subscription; the trial has been used."""
    WAITING = "waiting"
    """The first key is being made; the time has not started."""
    TRIAL = "trial"
    """The time of the trial has started; it is over after its end."""
    BOUGHT = "bought"
    """Bought or given time has started; it is over after its end."""
    PAUSED = "paused"
    """An operator has suspended the person."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about one person. `paid`: the present or last plan is more than the trial.

    `waits`: the person has no key yet, because no server has a free place. `servers`: those that have a key.
    """

    group: Group
    ends_at: datetime | None
    language: str | None
    reachable: bool
    news: bool
    met_on: str | None
    source: str
    paid: bool
    waits: bool = False
    servers: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the facts as they are stored."""
        return "".join(
            f"{field}|"
            for field in (
                VERSION,
                self.group,
                end_text(self.ends_at) if self.ends_at else _NOTHING,
                self.language or _NOTHING,
                f"r{self.reachable:d}",
                f"n{self.news:d}",
                self.met_on or _NOTHING,
                f"s:{self.source}",
                f"p{self.paid:d}",
                f"w{self.waits:d}",
                *(f"k:{server}" for server in self.servers),
            )
        )


def parse(text: str) -> Facts | None:
    """Return the facts in a stored text; None if another release has written a form that this one cannot read."""
    fields = text.split("|")
    if fields[0] != VERSION or len(fields) <= _FIELDS:
        return None
    _, group, ends, language, reachable, news, met_on, source, paid, *added = fields
    try:
        return Facts(
            Group(group),
            None if ends == _NOTHING else datetime.fromisoformat(f"{ends}+00:00"),
            None if language == _NOTHING else language,
            reachable == "r1",
            news == "n1",
            None if met_on == _NOTHING else met_on,
            source.removeprefix("s:"),
            paid == "p1",
            "w1" in added,
            tuple(field.removeprefix("k:") for field in added if field.startswith("k:")),
        )
    except ValueError:
        return None


def facts_about(person: Person) -> Facts | None:
    """Return the facts about a person; None if they are not known, or this version cannot read their subscription."""
    user, subscription = person.user, person.subscription
    if not user.known or not person.readable:
        return None
    return Facts(
        group=_group(person),
        ends_at=subscription.ends_at,
        language=user.language,
        reachable=user.reachable,
        news=user.news,
        met_on=f"{user.met_at.astimezone(UTC):%Y-%m-%d}" if user.met_at else None,
        source=source_of(user.came_from),
        paid=not subscription.is_trial,
        waits=person.missing_keys > 0 and not person.living_accesses,
        servers=tuple(sorted({access.server_id for access in person.living_accesses})),
    )


def source_of(came_from: str | None) -> str:
    """Return where a person came from, as it is kept: the tag of an advertisement, an invitation, or neither.

    The payload of a start link can be anything; only tags of advertisements are kept in full.
    """
    if not came_from:
        return DIRECTLY
    if tag := advertisement_tag(came_from):
        return f"{ADVERTISEMENT}{tag}"
    return INVITED if came_from.partition("_")[0] in {"r", "ref"} else OTHER_LINK


def end_text(moment: datetime) -> str:
    """Return the end of a time as it is stored in the facts, to the second: `2026-03-04T12:00:00`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def audience_shard(person_id: str) -> int:
    """Return the number of the partition of the index that lists a person."""
    return crc32(person_id.encode()) % AUDIENCE_SHARDS


def _group(person: Person) -> Group:
    subscription = person.subscription
    if person.paused:
        return Group.PAUSED
    if subscription.status in {Status.NONE, Status.DELETED}:
        return Group.NEW if person.trial_available else Group.NONE
    if subscription.waits_for_key:
        return Group.WAITING
    return Group.TRIAL if subscription.is_trial else Group.BOUGHT
