"""What a handler answers with. Handlers never speak themselves: first the commit, then the reply."""

from dataclasses import dataclass

from vpnbot.telegram.screen import Phrase, Screen


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen: after a tap in the tapped message, otherwise, or `anew`, as a new one.

    `language` is for the one moment when the person's own is not known any more: after deletion.
    """

    screen: Screen
    toast: Phrase | None = None
    anew: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """Answer a tap with a few words and leave the screen alone."""

    words: Phrase | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Hide:
    """Remove the tapped message."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a file."""

    content: bytes
    file_name: Phrase
    caption: Phrase


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing to say."""


type Reply = Show | Toast | Hide | Send | Silence
