"""Callback data of the buttons of acts on a person.

`adm:act:<tap><act>:<person>[:<value>[:<version>:<update>]]`: the version of the person and the id of the update that
asked are in base 36. A plan or a server is named by a mark, because its name may be too long for 64 bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.staff.acts import ActKind
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.messages.packed_ids import packed_person, unpacked_person

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS = {
    ActKind.DAYS: "d",
    ActKind.PLAN: "p",
    ActKind.LINK: "l",
    ActKind.PAUSE: "s",
    ActKind.RESUME: "r",
    ActKind.TRIAL: "t",
    ActKind.MESSAGE: "m",
    ActKind.NOTE: "n",
    ActKind.MOVE: "k",
    ActKind.DELETE: "x",
}


class ActTap(StrEnum):
    """What a tap does: CHOOSE lists values, ASK shows the consequence, YES and QUIET do it, UNDO takes it back."""

    CHOOSE = "c"
    ASK = "a"
    YES = "y"
    QUIET = "q"
    UNDO = "u"


@dataclass(frozen=True, slots=True)
class TappedAct:
    """A button of an act. `version` and `update` are 0 where the tap needs none."""

    tap: ActTap
    kind: ActKind
    person: PersonId
    value: str = ""
    version: int = 0
    update: int = 0

    @property
    def data(self) -> str:
        """The callback data of this button."""
        head = f"{self.tap}{_LETTERS[self.kind]}"
        if self.tap in {ActTap.YES, ActTap.QUIET, ActTap.UNDO}:
            numbers = (_in_base_36(self.version), _in_base_36(self.update))
            return Area.ACT.on(head, packed_person(self.person), self.value, *numbers)
        return Area.ACT.on(head, packed_person(self.person), *((self.value,) if self.value else ()))


def tapped_act(arguments: Sequence[str]) -> TappedAct | None:
    """Return what the arguments of callback data say; None if they are none of ours."""
    if len(arguments) not in {2, 3, 5} or len(arguments[0]) != 2 or arguments[0][0] not in frozenset(ActTap):
        return None
    kind = next((kind for kind, letter in _LETTERS.items() if letter == arguments[0][1]), None)
    person = unpacked_person(arguments[1])
    if kind is None or person is None:
        return None
    numbers = [_number(text) for text in arguments[3:]]
    if None in numbers:
        return None
    version, update = (numbers[0] or 0, numbers[1] or 0) if numbers else (0, 0)
    value = arguments[2] if len(arguments) > 2 else ""
    return TappedAct(ActTap(arguments[0][0]), kind, person, value, version, update)


def mark(name: str) -> str:
    """Return the mark of a plan or a server in callback data."""
    return _in_base_36(crc32(name.encode()))


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _number(text: str) -> int | None:
    valid = 0 < len(text) <= 12 and set(text) <= set(_DIGITS)
    return int(text, 36) if valid else None
