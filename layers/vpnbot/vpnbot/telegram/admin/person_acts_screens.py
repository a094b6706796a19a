"""The screens of acts on a person: the choice of a value, the question with its consequence, and the result."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from vpnbot.domain.keys.access import Wanted
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff.acts import UNDOABLE, ActKind
from vpnbot.domain.staff.given_days import OverLimit
from vpnbot.domain.staff.name import name_of
from vpnbot.domain.staff.person_acts import LONGEST_NOTE, CannotAct
from vpnbot.telegram.admin.act_callbacks import ActTap, TappedAct, mark
from vpnbot.telegram.admin.find_screens import state_of
from vpnbot.telegram.admin.person_screens import back
from vpnbot.telegram.admin.stored_names import server_named
from vpnbot.telegram.customer.payment_words import plan_title
from vpnbot.telegram.customer.support_screens import quoted
from vpnbot.telegram.messages.screen import Argument, Button, Paragraph, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.staff.act_on_person import TOLD_AS

DAYS = (1, 3, 7, 30)
_MOST_PLANS = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question before an act: the person before and after it, as of now."""

    before: Person
    after: Person
    kind: ActKind
    value: str
    version: int
    update: int


def choice(context: UpdateContext, person: Person, kind: ActKind) -> Screen:
    """Let the member choose the days, the plan, or the key to be moved."""

    def ask(value: str) -> str:
        return TappedAct(ActTap.ASK, kind, person.id, value).data

    words = phrase(f"act-choose-{kind}", name=name_of(person))
    buttons: Rows = ()
    if kind is ActKind.DAYS:
        own = Button(phrase("button-days-own"), action=ask("own"))
        buttons = (*rows(tuple(Button(f"+{days}", action=ask(str(days))) for days in DAYS)), (own,))
    elif kind is ActKind.PLAN:
        catalogue, language = context.payments.sales.plans.load(), context.views.language_of(context.session.person)
        sold = (plan for plan in catalogue.visible()[:_MOST_PLANS])
        buttons = tuple((Button(plan.title(language), action=ask(mark(plan.id))),) for plan in sold)
    elif kind is ActKind.MOVE:
        staying = (each for each in person.living_accesses if each.leaving_at is None)
        buttons = tuple(
            (Button(server_named(context, each.server_id), action=ask(mark(each.server_id))),)
            for each in staying
            if each.wanted is not Wanted.ABSENT
        )
    return Screen((words,), (*buttons, (back(person), ADMIN)))


def type_words(person: Person, kind: ActKind, *, again: bool = False) -> Screen:
    """Ask for the words of an act."""
    words = phrase(f"act-type-{kind}", name=name_of(person), longest=LONGEST_NOTE)
    paragraphs: tuple[Paragraph, ...] = (phrase(f"act-type-again-{kind}"), words) if again else (words,)
    return Screen(paragraphs, rows((back(person), ADMIN)))


def question(context: UpdateContext, asked: Question) -> Screen:
    """Ask, with the consequence: how it is before, and how it will be."""
    person = asked.before
    told = asked.kind in TOLD_AS and person.user.reachable
    paragraphs: list[Paragraph] = [tuple(_consequence(context, asked))]
    if asked.kind in {ActKind.NOTE, ActKind.MESSAGE}:
        paragraphs.append(quoted(asked.value))
    if asked.kind in TOLD_AS or asked.kind is ActKind.MESSAGE:
        paragraphs.append(phrase("act-will-know" if person.user.reachable else "act-cannot-know"))
    agree = "button-act-delete-yes" if asked.kind is ActKind.DELETE else "button-act-yes"
    yes = _button(asked, ActTap.YES if told else ActTap.QUIET, agree)
    quiet = _button(asked, ActTap.QUIET, "button-act-quiet") if told else None
    cancel = Button(phrase("button-act-cancel"), action=back(person).action)
    return Screen(tuple(paragraphs), rows((yes, quiet), (cancel,)))


def done(context: UpdateContext, person: Person, tapped: TappedAct) -> Screen:
    """Return the result of an act, with its undo."""
    words = phrase(f"act-done-{tapped.kind}", name=name_of(person))
    lines: tuple[Phrase, ...] = (words,)
    if person.user.known and tapped.kind in UNDOABLE:
        lines = (words, _now(context, person))
    undo = TappedAct(ActTap.UNDO, tapped.kind, person.id, "", 0, tapped.update).data
    button = Button(phrase("button-act-undo"), action=undo) if tapped.kind in UNDOABLE else None
    return Screen((lines,), rows((button, back(person) if person.user.known else None), (ADMIN,)))


def undone(person: Person) -> Screen:
    """Say that an act was undone."""
    return Screen((phrase("act-undone", name=name_of(person)),), rows((back(person), ADMIN)))


def not_undone(person: Person, error: CannotAct) -> Screen:
    """Say why an act cannot be undone; nothing was touched."""
    words = phrase("act-not-undone", reason=phrase(f"undo-cannot-{error.reason}"))
    return Screen((words,), rows((back(person), ADMIN)))


def refusal(error: CannotAct | OverLimit) -> Phrase:
    """Return why an act is not possible."""
    if isinstance(error, OverLimit):
        return phrase(f"act-limit-{error.limit}", left=error.left)
    return phrase(f"act-cannot-{error.reason}")


def _consequence(context: UpdateContext, asked: Question) -> Iterator[Phrase]:
    name, kind, before, after = name_of(asked.before), asked.kind, asked.before, asked.after
    if kind is ActKind.DAYS:
        yield phrase("act-ask-days", name=name, days=int(asked.value))
    elif kind is ActKind.PLAN:
        yield phrase("act-ask-plan", name=name, old=_plan(context, before), new=_plan(context, after))
    elif kind is ActKind.MOVE:
        yield phrase("act-ask-move", name=name, server=server_named(context, asked.value))
    else:
        yield phrase(f"act-ask-{kind}", name=name)
    if kind in {ActKind.DAYS, ActKind.PLAN}:
        yield _end_moves(before, after)
    elif kind in {ActKind.PAUSE, ActKind.RESUME}:
        yield phrase("act-state-moves", old=state_of(before, context.now), new=state_of(after, context.now))


def _end_moves(before: Person, after: Person) -> Phrase:
    return phrase("act-end-moves", old=_end(before), new=_end(after))


def _end(person: Person) -> Argument:
    end: datetime | None = person.subscription.ends_at
    return phrase("act-end-open") if end is None or person.paused else end


def _now(context: UpdateContext, person: Person) -> Phrase:
    end = person.as_of(context.now).subscription.ends_at
    state = state_of(person, context.now)
    if end is None or person.paused:
        return phrase("act-now", state=state)
    return phrase("act-now-until", state=state, end=end)


def _plan(context: UpdateContext, person: Person) -> Argument:
    plan = person.subscription.plan
    return "—" if plan is None else plan_title(plan, context.views.language_of(context.session.person))


def _button(asked: Question, tap: ActTap, label: str) -> Button:
    value = mark(asked.value) if asked.kind in {ActKind.PLAN, ActKind.MOVE} else ""
    value = asked.value if asked.kind is ActKind.DAYS else value
    data = TappedAct(tap, asked.kind, asked.before.id, value, asked.version, asked.update).data
    return Button(phrase(label), action=data)
