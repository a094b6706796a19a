"""The texts that customers read, worded by the staff: listed, changed after a preview, and brought back."""

from collections.abc import Callable, Mapping, Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.editable_texts import EDITABLE, subject_of
from vpnbot.domain.payments.revisions import Revision
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.shop import text_key
from vpnbot.domain.staff.acts import ShopAct
from vpnbot.errors import Conflict, Rejected
from vpnbot.localization.text_checks import BadText, CheckedText, check_text, variables_of
from vpnbot.telegram.admin import texts_screens as screens
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.shop_front import actor_names
from vpnbot.telegram.admin.states import Wording
from vpnbot.telegram.admin.texts_screens import ShownText, mark_of
from vpnbot.telegram.messages.reply import Present, Reply, Show
from vpnbot.telegram.messages.screen import Phrase, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.plans.keep_settings import TEXT_FIELD, change_settings
from vpnbot.usecases.plans.keep_texts import undo_text

_PAGE = 6


async def tap(_: CallbackQuery, context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Handle the button of a text; an unknown one shows the list."""
    name, *rest = arguments or [""]
    if name == "save":
        return await _save(context, state, rest)
    await leave(context, state)
    if name == "ask":
        return await _ask(context, state, rest)
    return SCREENS.get(name, _list)(context, rest)


async def typed(message: Message, context: UpdateContext, state: FSMContext) -> Reply:
    """Check a typed text, and show how customers would see it, with a button to save it."""
    data = await state.get_data()
    asked = _named(context, (str(data.get("language")), str(data.get("text"))))
    if asked is None:
        await state.clear()
        return _list(context, ())
    text = message.text or ""
    if text.startswith("/"):
        return Show(screens.refused(_shown(context, asked), phrase("text-bad-command")))
    try:
        checked = check_text(context.views.messages, *asked, text)
    except BadText as error:
        return Show(screens.refused(_shown(context, asked), phrase(f"text-bad-{error}", place=error.place)))
    await state.update_data(draft=checked.source)
    return _preview(context, asked, checked)


def _preview(context: UpdateContext, asked: tuple[str, str], checked: CheckedText) -> Present:
    shown = _shown(context, asked)
    refused = screens.refused(shown, phrase("text-bad-telegram"))
    return Present(Content(html=checked.shown), (), screens.preview(shown, checked), refused=refused)


async def _ask(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    asked = _named(context, arguments)
    if asked is None:
        return _list(context, ())
    shown = _shown(context, asked)
    await state.set_state(Wording.typing)
    await state.set_data({"language": asked[0], "text": asked[1], "version": shown.version})
    return Show(screens.ask(shown))


async def _save(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Save the text whose preview is above the button; another preview has another button."""
    asked, data = _named(context, arguments), await state.get_data()
    if asked is None:
        return _list(context, ())
    draft, version = data.get("draft"), data.get("version")
    shown = arguments[2] if len(arguments) > 2 else ""
    if (data.get("language"), data.get("text")) != asked or not isinstance(draft, str) or shown != mark_of(draft):
        return _card(context, asked, phrase("here-is-current"))
    await state.clear()
    return _changed(context, asked, draft, version if isinstance(version, int) else None)


def _changed(context: UpdateContext, asked: tuple[str, str], text: str, version: int | None) -> Show:
    key = text_key(*asked)
    entry = Entry(context.cause, f"text {key} changed", context.now, context.actor)

    def change(stored: ShopSettings) -> ShopSettings:
        return stored.with_text(key, text)

    try:
        change_settings(context.payments.sales, context, change, entry, version=version, act=ShopAct.TEXT)
    except Conflict:
        return _card(context, asked, phrase("shop-changed-meanwhile"))
    return _card(context, asked, phrase("text-saved"))


def _ship(context: UpdateContext, arguments: Sequence[str]) -> Show:
    """Use the shipped text again."""
    asked = _named(context, arguments)
    if asked is None:
        return _list(context, ())
    version = arguments[2] if len(arguments) > 2 else ""
    return _changed(context, asked, "", int(version) if _number(version) else None)


def _undo(context: UpdateContext, arguments: Sequence[str]) -> Show:
    """Use the text again that was there before a change."""
    asked, version = _named(context, arguments), arguments[2] if len(arguments) > 2 else ""
    if asked is None or not _number(version):
        return _list(context, ())
    key = text_key(*asked)
    entry = Entry(context.cause, f"text {key} undone", context.now, context.actor)
    try:
        undo_text(context.payments.sales, context, int(version), key, entry)
    except Rejected:
        return _card(context, asked, phrase("shop-undo-changed"))
    except Conflict:
        return _card(context, asked, phrase("shop-changed-meanwhile"))
    return _card(context, asked, phrase("text-undone"))


def _one(context: UpdateContext, arguments: Sequence[str]) -> Show:
    asked = _named(context, arguments)
    return _list(context, ()) if asked is None else _card(context, asked)


def _card(context: UpdateContext, asked: tuple[str, str], heading: Phrase | None = None) -> Show:
    screen = screens.card(_shown(context, asked))
    return Show(screen.headed(heading) if heading else screen)


def _history(context: UpdateContext, arguments: Sequence[str]) -> Show:
    asked = _named(context, arguments)
    if asked is None:
        return _list(context, ())
    subject, version = subject_of(text_key(*asked)), arguments[2] if len(arguments) > 2 else ""
    before = Revision.key_of(subject, int(version), TEXT_FIELD) if _number(version) else ""
    found = context.payments.sales.settings.revisions(subject, before=before, limit=_PAGE + 1)
    rows, older = found[:_PAGE], len(found) > _PAGE
    return Show(screens.history(_shown(context, asked), rows, actor_names(context), older=older, first=not before))


def _list(context: UpdateContext, arguments: Sequence[str]) -> Show:
    """Show a page of the texts of one language."""
    languages = context.views.messages.languages
    language = next((each for each in languages if each in arguments[:1]), context.view().language)
    page = arguments[1] if len(arguments) > 1 else "0"
    number = int(page) if _number(page) else 0
    stored = context.payments.sales.settings.load(fresh=True)
    changed = frozenset(name for name in EDITABLE if text_key(language, name) in stored.texts)
    return Show(screens.listed(language, context.views.messages.names, changed, number))


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _named(context: UpdateContext, arguments: Sequence[str]) -> tuple[str, str] | None:
    """Return the language and the message that arguments name; None if there is no such text."""
    language, message = (*arguments, "", "")[:2]
    known = language in context.views.messages.languages and message in EDITABLE
    return (language, message) if known else None


def _shown(context: UpdateContext, asked: tuple[str, str]) -> ShownText:
    language, message = asked
    stored = context.payments.sales.settings.load(fresh=True)
    shipped = context.views.messages.shipped(language, message)
    text = stored.texts.get(text_key(language, message), "")
    variables = tuple(sorted(variables_of(shipped)))
    return ShownText(language, message, text or shipped, bool(text), variables, stored.version)


SCREENS: Mapping[str, Callable[[UpdateContext, Sequence[str]], Show]] = {
    "list": _list,
    "one": _one,
    "ship": _ship,
    "undo": _undo,
    "log": _history,
}
"""The actions that end a conversation, by the word after the area."""
