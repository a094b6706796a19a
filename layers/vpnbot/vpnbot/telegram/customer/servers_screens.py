"""The screen of a person's servers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from vpnbot.domain.servers.known_state import KnownState
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import BROKEN, HOME, View

_MOST_NAMES = 5
"""The names on the screen, about as many in each line; the others are counted."""
AGAIN = "r"
"""In callback data: from the screen to the same screen, as of now."""


@dataclass(frozen=True, slots=True)
class MyServer:
    """A server of a person: its displayed name, and what is known of their key there."""

    name: str
    state: KnownState


def mark_of(server_id: str) -> str:
    """Return four characters that stand for a server in callback data, which has no space for ten ids."""
    return f"{crc32(server_id.encode()) & 0xFFFF:04x}"


def button(found_down: Collection[str]) -> Button:
    """Return the button to the screen; it names the servers that a diagnosis found not to work."""
    return Button(phrase("button-my-servers"), action=Action.MY_SERVERS.on(*map(mark_of, found_down)))


def my_servers(view: View, known: Sequence[MyServer], *, diagnosed: bool) -> Screen:
    """Return a line for each state with the servers in it, and what to do.

    `diagnosed`: a diagnosis found that one of them does not work; so only another one can say more, not *Refresh*.
    """
    refresh = None if diagnosed else Button(phrase("button-refresh"), action=Action.MY_SERVERS.on(AGAIN))
    return Screen(
        (phrase("my-servers"), tuple(_lines(known)), phrase(_hint(view, {each.state for each in known}))),
        rows((BROKEN,), (refresh, HOME)),
    )


def _lines(known: Sequence[MyServer]) -> Iterator[Phrase]:
    of_states = {state: [each.name for each in known if each.state is state] for state in KnownState}
    found = {state: names for state, names in of_states.items() if names}
    most = _MOST_NAMES // max(len(found), 1)
    for state, names in found.items():
        more = (f"+{len(names) - most}",) if len(names) > most else ()
        yield phrase("my-servers-line", state=str(state), names=", ".join((*names[:most], *more)))


def _hint(view: View, states: set[KnownState]) -> str:
    """Return the message id of what to do."""
    if states == {KnownState.WORKS}:
        return "my-servers-slow"
    if KnownState.WORKS in states:
        return "my-servers-other"
    if KnownState.DOWN in states:
        return "my-servers-told" if view.person.watches else "my-servers-ask"
    return "my-servers-soon"
