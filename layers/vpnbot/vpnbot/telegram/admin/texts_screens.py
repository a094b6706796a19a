"""The screens of the texts that the staff word themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, groupby
from zlib import crc32

from vpnbot.domain.editable_texts import EDITABLE
from vpnbot.domain.payments.revisions import Revision
from vpnbot.localization.text_checks import CheckedText
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.messages.screen import Button, Paragraph, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.text_length import shortened
from vpnbot.telegram.messages.view import ADMIN

_PAGE = 9
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text of one language. `changed`: it is not the shipped one. `version` is that of the settings of the shop."""

    language: str
    message: str
    source: str
    changed: bool
    variables: Sequence[str]
    version: int

    def action(self, name: str, *more: int | str) -> str:
        """Return callback data for an action on this text."""
        return Area.TEXTS.on(name, self.language, self.message, *more)


def listed(language: str, languages: Mapping[str, str], changed: frozenset[str], page: int) -> Screen:
    """Return a page of the texts of a language; each that differs from the shipped one has a mark and its own row."""
    pages = list(batched(EDITABLE, _PAGE, strict=False))
    number = min(page, len(pages) - 1)
    lines = (
        line
        for marked, names in groupby(pages[number], changed.__contains__)
        for line in batched(
            (_named(language, name, changed=marked) for name in names), 1 if marked else 2, strict=False
        )
    )
    others = [
        Button(phrase("button-language", name=name), action=Area.TEXTS.on("list", other, number))
        for other, name in languages.items()
        if other != language
    ]
    earlier = Button("⬅️", action=Area.TEXTS.on("list", language, number - 1)) if number else None
    later = Button("➡️", action=Area.TEXTS.on("list", language, number + 1)) if number + 1 < len(pages) else None
    return Screen(
        (phrase("texts", language=languages[language], changed=len(changed), count=len(EDITABLE)),),
        rows(*lines, (earlier, later), tuple(others), (ADMIN,)),
    )


def _named(language: str, name: str, *, changed: bool) -> Button:
    label = phrase("text-changed" if changed else "text-shipped", name=phrase(f"text-name-{name}"))
    return Button(label, action=Area.TEXTS.on("one", language, name))


def card(shown: ShownText) -> Screen:
    """Return one text as it is typed, with what may be done."""
    shipped = (
        Button(phrase("button-text-ship"), action=shown.action("ship", shown.version)) if shown.changed else None
    )
    return Screen(
        (_title(shown), shown.source, *_variables(shown)),
        rows(
            (Button(phrase("button-text-change"), action=shown.action("ask")),),
            (shipped,),
            (Button(phrase("button-shop-history"), action=shown.action("log")),),
            (_back(shown), ADMIN),
        ),
    )


def ask(shown: ShownText) -> Screen:
    """Ask for a text; the present one can be copied."""
    return Screen(
        (phrase("text-ask"), shown.source, *_variables(shown)),
        rows(
            (Button(phrase("button-text-copy"), copy=shown.source) if len(shown.source) <= 256 else None,),
            (_card(shown),),
        ),
    )


def preview(shown: ShownText, checked: CheckedText) -> Screen:
    """Return the question below the preview of a text."""
    lines: tuple[Paragraph, ...] = (phrase("text-preview"),)
    if checked.wordy:
        lines += (phrase("text-wordy", words=checked.words),)
    save = Button(phrase("button-text-save"), action=shown.action("save", mark_of(checked.source)))
    return Screen(
        lines, rows((save, Button(phrase("button-text-again"), action=shown.action("ask"))), (_card(shown),))
    )


def refused(shown: ShownText, reason: Phrase) -> Screen:
    """Say why a text is not saved."""
    again = Button(phrase("button-text-again"), action=shown.action("ask"))
    return Screen((phrase("text-refused", reason=reason),), rows((again,), (_card(shown),)))


def mark_of(draft: str) -> str:
    """Return a mark of a typed text, so that the button below a preview saves that text and no other one."""
    return f"{crc32(draft.encode()):08x}"


def history(
    shown: ShownText, revisions: Sequence[Revision], name_of: Callable[[str], str], *, older: bool, first: bool
) -> Screen:
    """Return a page of the changes of a text. `older` ones follow; the newest can be undone while it holds."""
    lines: list[Paragraph] = [phrase("text-history" if revisions else "text-history-none")]
    for each in revisions:
        after = shortened(each.after, _SHOWN_CHARACTERS) if each.after else phrase("text-shipped-again")
        lines.append(phrase("text-history-line", at=each.at, who=name_of(each.actor), after=after))
    holds = first and revisions and revisions[0].after == (shown.source if shown.changed else "")
    undo = Button(phrase("button-shop-undo"), action=shown.action("undo", revisions[0].version)) if holds else None
    newest = None if first else Button(phrase("button-acts-newest"), action=shown.action("log"))
    more = shown.action("log", revisions[-1].version) if older else None
    following = Button(phrase("button-acts-older"), action=more) if more else None
    return Screen(tuple(lines), rows((undo,), (newest, following), (_card(shown), ADMIN)))


def _title(shown: ShownText) -> Phrase:
    name = phrase(f"text-name-{shown.message}")
    return phrase("text-changed" if shown.changed else "text-shipped", name=name)


def _variables(shown: ShownText) -> tuple[Paragraph, ...]:
    if not shown.variables:
        return ()
    return (
        tuple(
            phrase("text-variable", name=f"{{ ${each} }}", what=phrase(f"text-variable-{each}"))
            for each in shown.variables
        ),
    )


def _card(shown: ShownText) -> Button:
    return Button(phrase("button-back"), action=shown.action("one"))


def _back(shown: ShownText) -> Button:
    return Button(
        phrase("button-back"), action=Area.TEXTS.on("list", shown.language, EDITABLE.index(shown.message) // _PAGE)
    )
