"""The screens of finding a person."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from vpnbot.domain.bot_link import bot_address
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.standing import standing
from vpnbot.domain.staff.name import name_of
from vpnbot.domain.staff.query import Query, QueryKind
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.messages.packed_ids import packed_person
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.usecases.staff.find_people import Found

FIND = Button(phrase("button-find"), action=Area.FIND.on())
AGAIN = Button(phrase("button-find-again"), action=Area.FIND.on())
LATEST, PICK = "latest", "pick"
"""The arguments of the buttons to the people who came last, and to Telegram's own list."""
_LATEST = Button(phrase("button-latest"), action=Area.FIND.on(LATEST))
_PICK = Button(phrase("button-pick"), action=Area.FIND.on(PICK))
EXPLAINED = frozenset({QueryKind.KEY, QueryKind.HIDDEN, QueryKind.UNKNOWN})
"""The kinds of questions that find no person for a reason of their own."""
_LONGEST_LABEL = 24


def ask() -> Screen:
    """Ask whom to find."""
    return Screen((phrase("find-ask"),), rows((_PICK, _LATEST), (ADMIN,)))


def several(found: Found, query: Query, now: datetime) -> Screen:
    """List the people, for whom each has a button."""
    words = phrase("find-several", count=len(found.people))
    if found.earlier:
        words = phrase("find-earlier", name=f"@{query.value}")
    return Screen((words,), rows(*_people(found.people, now), (AGAIN, ADMIN)))


def latest(people: tuple[Person, ...], now: datetime) -> Screen:
    """List the people who came last."""
    words = phrase("latest-people") if people else phrase("latest-nobody")
    return Screen((words,), rows(*_people(people, now), (FIND, ADMIN)))


def not_found(kind: QueryKind) -> Screen:
    """Say that no person was found, and what finds one for certain."""
    return Screen((phrase(f"find-nobody-{kind}"),), rows((AGAIN, ADMIN)))


def stranger(bot_username: str) -> Screen:
    """Say that the chosen person has never used the bot, and offer to send them its address."""
    share = None
    if bot_username:
        address = urlencode({"url": bot_address(bot_username)})
        share = Button(phrase("button-share-bot"), url=f"https://t.me/share/url?{address}")
    return Screen((phrase("find-stranger"),), rows((share,), (AGAIN, ADMIN)))


def state_of(person: Person, now: datetime) -> Phrase:
    """Return the standing of a person in two words."""
    return phrase(f"person-state-{standing(person.as_of(now), now)}")


def card_button(person: Person, label: Phrase | str) -> Button:
    """Return the button to the card of a person."""
    return Button(label, action=Area.PERSON.on(packed_person(person.id)))


def _people(people: Iterable[Person], now: datetime) -> Iterable[tuple[Button, ...]]:
    for person in people:
        name = name_of(person)[:_LONGEST_LABEL]
        yield (card_button(person, phrase("button-person", name=name, state=state_of(person, now))),)
