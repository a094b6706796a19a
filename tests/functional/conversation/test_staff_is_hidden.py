"""Whoever is no member of the staff gets from each of its buttons and commands what an unknown one gives.

FUZZED_UPDATES sets how many random updates are delivered; each also goes to a second bot as an unknown button or
command, and both have to do the same.
"""

import os
import random
import re
from collections.abc import Callable

import pytest

from tests.fakes.people import People
from tests.functional.conversation.acting import CUSTOMER, at_card, becomes
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from vpnbot.domain.people.roles import Role
from vpnbot.domain.staff.acts import ActKind
from vpnbot.telegram.admin.act_callbacks import ActTap, TappedAct, mark
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.admin.person_screens import Tab
from vpnbot.telegram.messages.packed_ids import packed_person

UPDATES = int(os.environ.get("FUZZED_UPDATES", "600"))
STRANGER = 99
ADMIN_WORDS = ("👑", "🔎", "📒", "👥", "🗞", "Card", "adm:")
COMMANDS = ("/admin", "/servers", "/shop", "/admin@bot", "/ADMIN", "/admin now")


def _new(user: ChatUser) -> None:
    user.sends("/start")


def _on_trial(user: ChatUser) -> None:
    user.sends("/start")
    user.taps("Try free")


def _asks(user: ChatUser) -> None:
    user.sends("/start")
    user.harness.deliver(user.tap("support"))


def _deleted(user: ChatUser) -> None:
    user.sends("/start")
    for data in ("settings", "delete", "delete_all"):
        user.harness.deliver(user.tap(data))


SITUATIONS: dict[str, Callable[[ChatUser], None]] = {
    "never seen": lambda user: None,
    "new": _new,
    "on trial": _on_trial,
    "asks": _asks,
    "deleted": _deleted,
}


class _Twins:
    """Two bots that differ in nothing; the first gets what the staff uses, the second what nobody knows."""

    def __init__(self, situation: Callable[[ChatUser], None]) -> None:
        self.first, self.second = self._bot(situation), self._bot(situation)

    def _bot(self, situation: Callable[[ChatUser], None]) -> ChatUser:
        harness = harness_with_servers("nl", "de")
        customer, admin = harness.user("en", CUSTOMER), harness.user("en", ADMIN)
        _on_trial(customer)
        at_card(admin)
        stranger = harness.user("en", STRANGER)
        situation(stranger)
        return stranger

    def do_the_same(self, of_staff: Update, unknown: Update) -> None:
        """Deliver one update to each, and compare what the bots have done."""
        results = []
        for user, update in ((self.first, of_staff), (self.second, unknown)):
            harness = user.harness
            calls = len(harness.telegram.calls)
            answer = harness.deliver(update)
            newest = [(message.words, message.labels) for message in user.chat[-1:]]
            method = {name: value for name, value in (answer.method or {}).items() if name != "callback_query_id"}
            kinds = [type(call).__name__ for call in harness.telegram.calls[calls:]]
            results.append((answer.status, method, kinds, newest, _stored(harness)))
            assert not harness.quarantine.updates, update
        assert results[0] == results[1], of_staff
        assert not any(word in str(results[0][1:4]) for word in ADMIN_WORDS), of_staff


def _stored(harness: ChatHarness) -> object:
    """Return what is stored, without the ids of updates."""
    people = harness.shop.people
    assert isinstance(people, People)
    table = people.table
    versions = {person: table.person(person).user.version for person in table.ledger}
    ledgers = {person: len(entries) for person, entries in table.ledger.items()}
    states = sorted((person, len(kept)) for person, kept in table.states.items())
    return versions, ledgers, states, len(table.rows)


def _forms(chance: random.Random, harness: ChatHarness) -> str:
    """Return callback data of the staff: of every area, whole, damaged, or about oneself."""
    person = chance.choice([harness.shop.person_id(user) for user in (CUSTOMER, STRANGER, ADMIN)])
    packed = packed_person(person)
    value = chance.choice(["", "1", "30", "own", mark("nl"), mark("standard"), "x" * 8])
    update, version = chance.randrange(70_000, 70_100), chance.randrange(5)
    forms = [
        TappedAct(chance.choice(list(ActTap)), chance.choice(list(_ACTS)), person, value, version, update).data,
        chance.choice(list(Area)).on(packed),
        chance.choice(list(Area)).on(),
        Area.PERSON.on(packed, chance.choice(list(Tab)), chance.randrange(3)),
        Area.TEAM.on("add"),
        Area.TEAM.on(packed, chance.choice(["none", *map(str, Role)])),
        Area.TEAM.on("yes", packed, chance.choice(["none", *map(str, Role)]), version, update),
        Area.FIND.on("latest"),
        Area.LOG.on(str(chance.randrange(10**15))),
        *("adm", "adm:", "adm::", "adm:act", "adm:act:", "servers:list", "servers:add", "shop:plans", "shop:new"),
        "adm:" + "".join(chance.choice("abcxyz:_-019") for _ in range(chance.randrange(40))),
    ]
    data = chance.choice(forms)
    return data[: chance.randrange(3, len(data))] if len(data) > 4 and chance.random() < 0.1 else data


_ACTS = frozenset(ActKind) - {ActKind.ROLE, ActKind.UNDO}


def _command(user: ChatUser, words: str) -> Update:
    entity = {"type": "bot_command", "offset": 0, "length": len(words.split(maxsplit=1)[0])}
    return user.message(text=words, entities=[entity])


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_stranger_does_not_see_that_the_side_of_the_staff_exists(situation: str) -> None:
    chance, twins = random.Random(situation), _Twins(SITUATIONS[situation])
    for _ in range(UPDATES // len(SITUATIONS)):
        if situation == "asks" or chance.random() < 0.85:
            data = _forms(chance, twins.first.harness)
            first, second = twins.first.tap(data), twins.second.tap("quux:" + data[:50])
        else:
            words = chance.choice(COMMANDS)
            unknown = re.sub(r"^/\w+", "/quux", words)
            first, second = (_command(twins.first, words), _command(twins.second, unknown))
        twins.do_the_same(first, second)


def test_a_former_member_is_a_stranger_also_within_a_conversation_of_the_staff() -> None:
    twins = _Twins(_new)
    member = twins.first
    becomes(member.harness, member, Role.OWNER)
    member.harness.deliver(member.tap("adm:find"))
    member.sees("🔎")
    becomes(member.harness, member, None)
    member.sends("42")
    assert not any(word in member.screen.words for word in ADMIN_WORDS)
    member.harness.deliver(member.tap("adm:find"))
    assert not any(word in member.screen.words for word in ADMIN_WORDS)
