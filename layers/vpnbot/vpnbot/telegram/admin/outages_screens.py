"""The screens of measured outages: the list, the card of one, who was hurt, and the preview of a compensation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.people.person import Person
from vpnbot.domain.servers.downtime import Compensation, Downtime, Verdict
from vpnbot.domain.staff.compensation_limit import CompensationLimit
from vpnbot.domain.staff.name import name_of
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.find_screens import card_button
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.usecases.servers.preview_compensation import Preview, Share

_LONGEST_NAME = 20
DAYS = (1, 2, 3, 5, 7, 14)
"""The days that can be chosen for everybody."""
BACK = Button(phrase("button-outages-back"), action=Area.OUTAGES.on("list"))


@dataclass(frozen=True, slots=True)
class Shown:
    """An outage as it is shown: with the name of its server, at a time."""

    downtime: Downtime
    name: str
    now: datetime

    def on(self, tap: str, *arguments: str | int) -> str:
        """Return the callback data of a button about it."""
        return Area.OUTAGES.on(tap, self.downtime.id, *arguments)

    def versioned(self, tap: str, *arguments: str) -> str:
        """Return the callback data of a button that decides about it as it is shown."""
        return self.on(tap, self.downtime.changes, *arguments)

    @property
    def state(self) -> str:
        """What it is, in one word."""
        downtime = self.downtime
        if downtime.open:
            return "open"
        if downtime.compensation is not Compensation.NONE:
            return "given"
        if downtime.verdict is None and not downtime.counts:
            return "silent"
        return "down" if downtime.counts else "not"


def listed(shown: Sequence[Shown], *, more: bool) -> Screen:
    """Return a page of the outages; `more`: there are older ones."""
    lines = [(Button(_line(each), action=each.on("one")),) for each in shown]
    older = None
    if more:
        older = Button(
            phrase("button-outages-older"), action=Area.OUTAGES.on("list", _seconds(shown[-1].downtime.first_bad_at))
        )
    return Screen((phrase("outages" if shown else "outages-none"),), rows(*lines, (older,), (ADMIN,)))


def _line(shown: Shown) -> Phrase:
    downtime = shown.downtime
    length = (shown.now if downtime.open else downtime.span.until) - downtime.first_bad_at
    return phrase("outage-line", state=shown.state, name=shown.name, at=downtime.first_bad_at, length=length)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def card(shown: Shown, preview: Preview, given: int) -> Screen:
    """Return the card; `given` are the people to whom a compensation has come so far."""
    downtime = shown.downtime
    until = shown.now if downtime.open else downtime.span.until
    head = phrase(
        f"outage-{shown.state if shown.state != 'given' else 'down'}",
        name=shown.name,
        since=downtime.first_bad_at,
        until=until,
        length=until - downtime.first_bad_at,
        evidence=phrase(f"outage-evidence-{downtime.evidence}"),
    )
    return Screen(((head, *_facts(shown, preview, given)),), rows(*_buttons(shown, preview), (BACK, ADMIN)))


def _facts(shown: Shown, preview: Preview, given: int) -> Iterator[Phrase]:
    downtime = shown.downtime
    if downtime.last_good_at is not None and downtime.compensation is Compensation.NONE:
        yield phrase("outage-worked", at=downtime.last_good_at)
    match downtime.compensation:
        case Compensation.NONE:
            yield phrase("outage-touched", count=preview.touched)
            if downtime.asked_by:
                yield phrase("compensation-asked")
            if not downtime.open and downtime.counts and not preview.complete:
                yield phrase("outage-waits")
        case Compensation.RUNNING:
            yield phrase("outage-giving", people=given)
        case Compensation.DONE:
            yield phrase("outage-given", people=downtime.given_to, days=downtime.given_days)


def _buttons(shown: Shown, preview: Preview) -> Iterator[tuple[Button | None, ...]]:
    downtime, now = shown.downtime, shown.now
    possible = downtime.compensable(now) and preview.complete and bool(preview.getting)
    compensate = Button(phrase("button-compensate"), action=shown.on("ask"))
    who = Button(phrase("button-outage-who"), action=shown.on("who", 0))
    yield (compensate if possible else None, who if preview.shares else None)
    if downtime.compensation is Compensation.NONE:
        silent = downtime.verdict is None and not downtime.counts
        was = Button(phrase("button-outage-was"), action=shown.versioned("was"))
        was_not = Button(phrase("button-outage-was_not"), action=shown.versioned("was_not"))
        yield (was if not downtime.counts else None, was_not if downtime.counts or silent else None)
    if downtime.open or downtime.compensation is Compensation.RUNNING:
        yield (Button(phrase("button-outage-refresh"), action=shown.on("one")),)


@dataclass(frozen=True, slots=True)
class Question:
    """`id` makes two taps on its button one act; `days_each` were chosen; `exceeded`: the limit of the reader.

    `exceeded` None: the reader may give them.
    """

    id: str
    days_each: int | None
    exceeded: CompensationLimit | None


def preview_screen(
    shown: Shown, preview: Preview, examples: Sequence[tuple[Person, Share]], question: Question
) -> Screen:
    """Return what the compensation would give; an administrator above the limit can ask the owner."""
    getting = preview.getting
    most = max(share.days for share in getting)
    same = all(share.days == most for share in getting)
    words = phrase(
        "compensation-preview",
        people=len(getting),
        days=phrase("compensation-days" if same else "compensation-days-up-to", days=most),
        total=preview.total_days,
        others=len(preview.shares) - len(getting) if question.exceeded is None else 0,
    )
    lines = tuple(example(person, share) for person, share in examples)
    chosen = () if question.days_each is None else (str(question.days_each),)
    yes = Button(phrase("button-compensate-yes"), action=shown.versioned("yes", question.id, *chosen))
    owner = Button(phrase("button-compensate-owner"), action=shown.versioned("owner", question.id))
    days = Button(phrase("button-compensate-days"), action=shown.on("days"))
    who = Button(phrase("button-outage-who"), action=shown.on("who", 0))
    no = Button(phrase("button-compensate-no"), action=shown.on("one"))
    if question.exceeded is None:
        return Screen((words, lines), rows((yes, days), (who, no)))
    limit = phrase("compensation-limit", days=question.exceeded.days, people=question.exceeded.people)
    asked = bool(shown.downtime.asked_by)
    note = phrase("compensation-asked") if asked else limit
    return Screen((words, note), rows((None if asked else owner, days), (who, no)))


def days_screen(shown: Shown) -> Screen:
    """Let the reader choose how many days everybody gets who gets some."""
    choices = [Button(str(days), action=shown.on("ask", days)) for days in DAYS]
    lost = Button(phrase("button-compensate-lost"), action=shown.on("ask"))
    no = Button(phrase("button-compensate-no"), action=shown.on("one"))
    return Screen((phrase("compensation-choose"),), rows(tuple(choices), (lost,), (no,)))


def example(person: Person, share: Share) -> Phrase:
    """Return the line about one person."""
    return phrase("outage-person", name=name_of(person)[:_LONGEST_NAME], hours=share.hours, days=share.days)


def who(shown: Shown, people: Sequence[tuple[Person, Share]], page: int, *, more: bool) -> Screen:
    """Return a page of the people who were hurt, each with what they get."""
    lines = tuple(example(person, share) for person, share in people)
    cards = [card_button(person, f"👤 {name_of(person)[:_LONGEST_NAME]}") for person, _ in people]
    pairs = [tuple(cards[number : number + 2]) for number in range(0, len(cards), 2)]
    before = Button("⬅️", action=shown.on("who", page - 1)) if page else None
    after = Button("➡️", action=shown.on("who", page + 1)) if more else None
    back = Button(phrase("button-back"), action=shown.on("one"))
    words = phrase("outage-who" if people else "outage-nobody", name=shown.name)
    return Screen((words, lines) if lines else (words,), rows(*pairs, (before, after), (back,)))


def verdict_of(tap: str) -> Verdict:
    """Return what a member of the staff says with this tap."""
    return Verdict.DOWN if tap == "was" else Verdict.NOT_DOWN
