"""The screens of what a person writes to the operators, and the quoted texts."""

from vpnbot.domain.people.person import Person
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.text_length import shortened
from vpnbot.telegram.messages.view import HOME

_LONGEST_QUOTE = 4000
"""Bot API, sendMessage: at most 4096 UTF-16 units, and there is other text around the quoted one."""
_LONGEST_TOPIC = 100
"""Bot API, createForumTopic: name, 1-128 characters."""
_SHORT_ID = 6
ANSWER_ROWS = rows((Button(phrase("button-support"), action=Action.SUPPORT), HOME))
"""The buttons below an answer of the operators."""


def quoted(text: str) -> str:
    """Return a quoted text as a paragraph, shortened if too long. No phrase: Fluent takes at most 1000 characters."""
    return "💬 " + shortened(text, _LONGEST_QUOTE)


def ask() -> Screen:
    """Ask the person to write."""
    return Screen((phrase("support-ask"),), rows((Button(phrase("button-back"), action=HOME.action),)))


def offer(message_id: int) -> Screen:
    """Ask whether to pass a message on."""
    button = Button(phrase("button-support-pass"), action=Action.SUPPORT.on("pass", str(message_id)))
    return Screen((phrase("support-offer"),), rows((button,), (HOME,)))


def sent() -> Screen:
    """Confirm that the message was relayed."""
    return Screen((phrase("support-sent"),), rows((HOME,)))


def too_many() -> Screen:
    """Explain that earlier questions have to be read first."""
    return Screen((phrase("support-too-many"),), rows((HOME,)))


def not_copied() -> Screen:
    """Explain that a message of this kind cannot be relayed."""
    return Screen((phrase("support-not-copied"),), rows((HOME,)))


def question_screen(text: str, person_id: str) -> Screen:
    """Return a question as operators see it; their reply to it finds the person by the mark at the end."""
    return Screen((quoted(text), phrase("support-question", person=person_id)))


def asker_line(person: Person) -> Screen:
    """Return whose a copied message is, for operators; their reply finds the person by the mark at the end."""
    return Screen((phrase("support-from", name=shown_name(person)), phrase("support-question", person=person.id)))


def topic_name(person: Person) -> str:
    """Return the name of a person's topic."""
    return f"{shown_name(person)[:_LONGEST_TOPIC]} · #{person.id[:_SHORT_ID]}"


def shown_name(person: Person) -> str:
    """Return how a person is named to the operators."""
    user = person.user
    return user.shown_name or (f"@{user.username}" if user.username else f"#{person.id[:_SHORT_ID]}")
