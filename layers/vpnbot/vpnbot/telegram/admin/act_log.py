"""The log of the acts of the staff, paged, the newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.staff.acts import Act, month_before, month_of
from vpnbot.domain.staff.name import name_of
from vpnbot.telegram.admin.act_phrases import act_words
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.find_screens import card_button
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.telegram.update_context import UpdateContext

SIZE = 6
"""The acts on one page; each leads to the card of its person."""
_MOST_MONTHS = 12
_LONGEST_NAME = 20


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show a page: the newest acts, or those before an act that a button names by its time in microseconds."""
    await leave(context, state)
    before = _time_key(arguments[0]) if arguments else ""
    acts, more = _page(context, before)
    return Show(_screen(context, acts, more=more, first=not before))


def _page(context: UpdateContext, before: str) -> tuple[list[Act], bool]:
    """Return a page of acts, from as many months as it needs, and whether there are older ones."""
    log, found = context.staff().acts, list[Act]()
    month = before[:7] or month_of(context.now)
    for _ in range(_MOST_MONTHS):
        found += log.page(month, before=before, limit=SIZE + 1 - len(found))
        if len(found) > SIZE:
            break
        month = month_before(month)
    return found[:SIZE], len(found) > SIZE


def _screen(context: UpdateContext, acts: Sequence[Act], *, more: bool, first: bool) -> Screen:
    names = dict[str, str]()

    def named(person_id: str) -> str:
        if person_id and person_id not in names:
            names[person_id] = name_of(context.people.open(PersonId(person_id)).person)[:_LONGEST_NAME]
        return names.get(person_id, "—")

    def line(act: Act) -> Phrase:
        who, what = named(act.actor_id), act_words(context, act)
        if act.person:
            return phrase("act-line-on", at=act.at, who=who, what=what, whom=named(act.person))
        return phrase("act-line", at=act.at, who=who, what=what)

    people = dict.fromkeys(act.person for act in acts if act.person)
    cards = [card_button(context.people.open(PersonId(each)).person, f"👤 {named(each)}") for each in people]
    pairs = [tuple(cards[number : number + 2]) for number in range(0, len(cards), 2)]
    newest = None if first else Button(phrase("button-acts-newest"), action=Area.LOG.on())
    older = Button(phrase("button-acts-older"), action=Area.LOG.on(_packed(acts[-1]))) if more else None
    words = phrase("acts" if acts else "acts-none")
    return Screen((words, *map(line, acts)), rows(*pairs, (newest, older), (ADMIN,)))


def _packed(act: Act) -> str:
    """Return the time of an act in microseconds, in base 10: its key has colons, and is too long."""
    return str(int(act.at.timestamp()) * 1_000_000 + act.at.microsecond)


def _time_key(text: str) -> str:
    """Return the beginning of the key of the acts at a time; empty if the text names none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 17):
        return ""
    seconds, micros = divmod(int(text), 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros):%Y-%m-%dT%H:%M:%S.%fZ}"
