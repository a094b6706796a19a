"""The screens of broadcasts: the list, the questions while one is written, its card in each state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from vpnbot.domain.broadcasts.broadcast import Broadcast, State
from vpnbot.domain.broadcasts.content import MOST_BUTTONS, ContentError, LeadsTo, LinkButton, Medium
from vpnbot.domain.broadcasts.sender import NO_RIGHT
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.customer.broadcast_progress import BACK_TO_LIST, on, progress_screen
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

RATE = 20 * 0.8
"""People a second: 20 messages a second for four fifths of the time."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """The people who belong to a broadcast: `whom` says which segment that is, `count` how many they are.

    Not `exact`: those whom earlier releases have stored are not all listed yet, or not with all their facts.
    """

    whom: Phrase
    count: int
    exact: bool = True

    @property
    def words(self) -> Phrase:
        """The number, as a phrase."""
        return phrase("broadcast-count" if self.exact else "broadcast-count-at-least", count=self.count)


def listed(broadcasts: Sequence[Broadcast], *, more: bool) -> Screen:
    """Return the list, the newest first; `more`: there are older ones."""
    lines = [
        (Button(phrase(f"broadcast-line-{each.state}", title=each.title), action=on("one", each)),)
        for each in broadcasts
    ]
    older = (
        Button(phrase("button-feed-older"), action=Area.BROADCASTS.on("list", broadcasts[-1].id)) if more else None
    )
    new = Button(phrase("button-broadcast-new"), action=Area.BROADCASTS.on("new"))
    return Screen(
        (phrase("broadcasts" if broadcasts else "broadcasts-none"),), rows((new,), *lines, (older,), (ADMIN,))
    )


def compose(language: str = "") -> Screen:
    """Return the question for the message; `language` is the name of the language that is asked for."""
    text = phrase("broadcast-compose-language", language=language) if language else phrase("broadcast-compose")
    return Screen((text,), rows((_CANCEL,)))


def bad_content(error: ContentError) -> Screen:
    """Return why a message cannot be sent to many people, and the question again."""
    return Screen((phrase(f"broadcast-bad-{error}"), phrase("broadcast-compose")), rows((_CANCEL,)))


def card(
    broadcast: Broadcast, people: Recipients | None, languages: dict[str, str], now: datetime, outside: str = ""
) -> Screen:
    """Return the card in the state of the broadcast; `people` are those who belong to it now, None: it has begun.

    `outside` are the hours of the shop for messages that can wait if it begins at another time; empty: it does not.
    """
    if people is None:
        return progress_screen(broadcast, now)
    if broadcast.state is State.DRAFT:
        return Screen((_preview(broadcast, people, languages),), _draft_rows(broadcast, languages))
    name = "withheld" if broadcast.reason == NO_RIGHT else broadcast.state
    text = phrase(f"broadcast-{name}", at=broadcast.starts_at or now)
    late = (phrase("broadcast-outside-hours", hours=outside),) if outside else ()
    looks = _preview(broadcast, people, languages)[0]
    return Screen((text, *late, looks), _waiting_rows(broadcast))


def _preview(broadcast: Broadcast, people: Recipients, languages: dict[str, str]) -> tuple[Phrase, ...]:
    minutes = ceil(people.count / RATE / 60)
    lines: list[Phrase] = [
        phrase(
            "broadcast-preview",
            segment=people.whom,
            language=languages.get(broadcast.segment.language or "", "") or phrase("segment-all-languages"),
            count=people.words,
            minutes=timedelta(minutes=max(minutes, 1)),
        ),
        phrase(f"broadcast-kind-{broadcast.kind}"),
    ]
    missing = [name for language, name in languages.items() if language not in broadcast.contents]
    if missing and broadcast.contents:
        lines.append(phrase("broadcast-one-language", language=", ".join(missing)))
    return tuple(lines)


def _draft_rows(broadcast: Broadcast, languages: dict[str, str]) -> Rows:
    kind = on("kind", broadcast, broadcast.version)
    texts = tuple(
        Button(phrase("button-broadcast-text", language=name), action=on("text", broadcast, language))
        for language, name in languages.items()
    )
    return rows(
        texts,
        (
            Button(phrase("button-broadcast-buttons"), action=on("buttons", broadcast)),
            Button(phrase("button-broadcast-who"), action=on("who", broadcast)),
        ),
        (
            Button(phrase(f"button-broadcast-kind-{broadcast.kind}"), action=kind),
            Button(phrase("button-broadcast-show"), action=on("show", broadcast)),
        ),
        (
            Button(phrase("button-broadcast-when"), action=on("when", broadcast)),
            Button(phrase("button-broadcast-send"), action=on("ask", broadcast)),
        ),
        (Button(phrase("button-broadcast-drop"), action=on("drop", broadcast, broadcast.version)), BACK_TO_LIST),
    )


def _waiting_rows(broadcast: Broadcast) -> Rows:
    return rows(
        (Button(phrase("button-broadcast-send"), action=on("ask", broadcast)),),
        (
            Button(phrase("button-broadcast-when"), action=on("when", broadcast)),
            Button(phrase("button-broadcast-unschedule"), action=on("unschedule", broadcast, broadcast.version)),
        ),
        (BACK_TO_LIST,),
    )


def buttons(broadcast: Broadcast) -> Screen:
    """Return the buttons of a broadcast, and those that can be added."""
    present = [(_remove(broadcast, number, each),) for number, each in enumerate(broadcast.buttons)]
    free = len(broadcast.buttons) < MOST_BUTTONS
    added = {each.leads_to for each in broadcast.buttons}
    choices = tuple(
        Button(phrase("button-broadcast-add", label=_label(each, "")), action=on("button", broadcast, each))
        for each in LeadsTo
        if free and (each is LeadsTo.PAGE or each not in added)
    )
    pairs = [choices[number : number + 2] for number in range(0, len(choices), 2)]
    return Screen((phrase("broadcast-buttons"),), rows(*present, *pairs, (_back(broadcast),)))


def _remove(broadcast: Broadcast, number: int, button: LinkButton) -> Button:
    label = phrase("button-broadcast-remove", label=_label(button.leads_to, button.label))
    return Button(label, action=on("unbutton", broadcast, number))


def _label(leads_to: LeadsTo, label: str) -> Phrase | str:
    return label or phrase(f"button-broadcast-{leads_to}")


def ask_page(broadcast: Broadcast) -> Screen:
    """Return the question for the label and the address of a button."""
    return Screen((phrase("broadcast-page"),), rows((_back(broadcast),)))


def ask_time(broadcast: Broadcast, now: datetime) -> Screen:
    """Return the question for the time of the start."""
    return Screen((phrase("broadcast-when", now=now),), rows((_back(broadcast),)))


def confirm(broadcast: Broadcast, people: Recipients, question: str) -> Screen:
    """Return the question before the start; `question` is what makes two taps on its button one act."""
    yes = Button(phrase("button-broadcast-yes"), action=on("start", broadcast, broadcast.version, question))
    return Screen((phrase("broadcast-confirm", count=people.words),), rows((yes,), (_back(broadcast),)))


def confirm_delete(broadcast: Broadcast, question: str) -> Screen:
    """Return the question before what was sent is deleted from all chats."""
    yes = Button(phrase("button-broadcast-delete-yes"), action=on("delete", broadcast, broadcast.version, question))
    return Screen(
        (phrase("broadcast-confirm-delete", count=broadcast.figures.sent),), rows((yes,), (_back(broadcast),))
    )


def ask_correction(broadcast: Broadcast, language: str) -> Screen:
    """Return the question for the new text or file of one language, and what Telegram cannot change."""
    content = broadcast.content_for(language)
    has_file = content is not None and content.medium is not Medium.NONE
    words = phrase("broadcast-correct-file" if has_file else "broadcast-correct")
    return Screen((words,), rows((_back(broadcast),)))


def which_language(broadcast: Broadcast, languages: dict[str, str]) -> Screen:
    """Return the choice of the language of which the text is corrected."""
    choices = tuple(
        Button(languages.get(code, code), action=on("ask_correct", broadcast, code)) for code in broadcast.contents
    )
    return Screen((phrase("broadcast-correct-which"),), rows(choices, (_back(broadcast),)))


def confirm_again(broadcast: Broadcast, question: str) -> Screen:
    """Return the question before it is sent to people of whom it is not known whether they have it."""
    yes = Button(phrase("button-broadcast-yes"), action=on("again", broadcast, broadcast.version, question))
    count = phrase("broadcast-count", count=broadcast.figures.unsure)
    return Screen((phrase("broadcast-confirm-again", count=count),), rows((yes,), (_back(broadcast),)))


def _back(broadcast: Broadcast) -> Button:
    return Button(phrase("button-back"), action=on("one", broadcast))


_CANCEL = Button(phrase("button-broadcast-cancel"), action=Area.BROADCASTS.on("list"))
