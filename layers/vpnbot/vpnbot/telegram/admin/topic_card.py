"""The card of a person in their topic, and what becomes of the screens of the staff's side in a group."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from vpnbot.domain.keys.vpn_apps import app_title
from vpnbot.domain.people.person import Person
from vpnbot.domain.staff.acts import ActKind
from vpnbot.domain.staff.name import name_of
from vpnbot.domain.support import Diagnosis, diagnose
from vpnbot.telegram.admin.act_callbacks import ActTap, TappedAct, tapped_act
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.find_screens import state_of
from vpnbot.telegram.admin.person_screens import problem
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.packed_ids import packed_person
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Argument, Button, Language, Phrase, Rows, Screen, Titles, phrase, rows

DAYS = ("1", "3", "7")
PREPARED = ("hello", "reinstall", "other_app", "fixed", "more")
"""The prepared answers: `prepared-<name>` in the locale files, with the label `prepared-<name>-label`."""
_IN_GROUPS = frozenset({ActKind.DAYS, ActKind.PAUSE, ActKind.RESUME, ActKind.LINK})
"""The acts that need no typing."""


def on(word: str, person: Person, *arguments: str) -> str:
    """Return callback data of a button in a topic: `sup:<word>:<person>[:<argument>…]`."""
    return Action.DESK.on(word, packed_person(person.id), *arguments)


def card(person: Person, now: datetime, found: Diagnosis | None = None) -> Screen:
    """Return the card: who it is, and what is wrong; `found` is what a check of the servers has found."""
    current = person.as_of(now)
    finding = (found or diagnose(current, {}, now)).finding
    found_now = phrase("topic-finding", finding=phrase(f"topic-finding-{finding}"))
    lines = (*_who(current, now), *problem(current), found_now)
    pause = ActKind.RESUME if person.paused else ActKind.PAUSE
    give = tuple(
        Button(f"➕ {days}", action=TappedAct(ActTap.ASK, ActKind.DAYS, person.id, days).data) for days in DAYS
    )
    closes = Button(phrase("button-topic-close"), action=on("close", person))
    hold = Button(phrase(f"button-act-{pause}"), action=TappedAct(ActTap.ASK, pause, person.id).data)
    return Screen(
        (lines,),
        rows(
            give,
            (hold, Button(phrase("button-topic-check"), action=on("check", person))),
            (Button(phrase("button-topic-words"), action=on("words", person)),),
            (
                Button(phrase("button-card"), action=on("who", person)),
                closes if person.topic is None or person.topic.open else None,
            ),
        ),
    )


def prepared(person: Person, question: str) -> Screen:
    """Let the member of the staff choose a prepared answer; `question` makes two taps on a button one act."""
    choices = tuple(
        (Button(phrase(f"prepared-{name}-label"), action=on("say", person, name, question)),) for name in PREPARED
    )
    return Screen((phrase("topic-words"),), (*choices, (_back(person),)))


def within_topic(show: Show, person: Person) -> Show:
    """Return a screen of the staff's side for a topic: its buttons lead to the card in the topic, not elsewhere."""
    kept = tuple(_kept(show.screen.rows))
    screen = Screen(show.screen.paragraphs, (*kept, (_back(person),)))
    return Show(screen, toast=show.toast, alert=show.alert)


def possible_in_group(arguments: Sequence[str]) -> TappedAct | None:
    """Return the act of a button if it can be tapped in a group; None for anything else."""
    tapped = tapped_act(arguments)
    if tapped is None or tapped.tap is ActTap.CHOOSE or tapped.kind not in _IN_GROUPS or tapped.value == "own":
        return None
    return tapped


def _kept(lines: Rows) -> Iterator[tuple[Button, ...]]:
    for line in lines:
        kept = tuple(button for button in line if _leads_on(button))
        if kept:
            yield kept


def _leads_on(button: Button) -> bool:
    word, *arguments = action_arguments(button.action) or [""]
    acts = (button.action or "").startswith(f"{Action.ADMIN}:{Area.ACT}:")
    return acts and word == Area.ACT and possible_in_group(arguments) is not None


def _back(person: Person) -> Button:
    return Button(phrase("button-topic-card"), action=on("card", person))


def _who(person: Person, now: datetime) -> Iterator[Phrase]:
    subscription, state = person.subscription, state_of(person, now)
    left = subscription.left(now)
    plan = _plan(person)
    if person.paused or not left:
        yield phrase("topic-who", name=name_of(person), state=state, plan=plan)
    else:
        yield phrase("topic-who-left", name=name_of(person), state=state, plan=plan, left=left)
    language: Argument = Language(person.user.language) if person.user.language else "—"
    if person.fetch is None:
        yield phrase("topic-uses-nothing", language=language)
    else:
        ago = now - person.fetch.last_at
        yield phrase("topic-uses", language=language, app=app_title(person.fetch.app) or "—", ago=ago)


def _plan(person: Person) -> Argument:
    plan = person.subscription.plan
    if plan is None:
        return "—"
    if plan.is_trial:
        return phrase("plan-trial")
    return Titles(plan.titles) if plan.titles else plan.id
