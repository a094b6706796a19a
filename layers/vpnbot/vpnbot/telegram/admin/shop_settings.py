"""Show the settings of the shop, and change one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiogram.fsm.context import FSMContext

from vpnbot.domain.orders.provider_names import DEMO
from vpnbot.domain.payments.setting_field import (
    CHOSEN,
    FRONT,
    RECORDED_AS,
    SettingField,
    first_value,
    shows_stars_rule,
    value_of,
)
from vpnbot.domain.payments.setting_input import with_setting
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.findings import errors
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.shop import ShopMode
from vpnbot.errors import Conflict, Rejected
from vpnbot.telegram.admin import shop_apps, shop_front, shop_front_screens, shop_growth
from vpnbot.telegram.admin import shop_settings_screens as screens
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.admin.shop_growth_screens import group_of
from vpnbot.telegram.admin.states import Shopkeeping
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Button, Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.plans.keep_settings import SettingsKept, change_settings, undo_setting


def everything(context: UpdateContext, heading: Phrase | None = None, undo: Button | None = None) -> Show:
    """Return the settings about money; `heading` is a line above them about what was done, `undo` undoes it."""
    stored = _stored(context)
    catalogue = context.payments.sales.plans.load(fresh=True)
    findings = check_settings(stored, stored, catalogue, demo_stage=_demo_stage(context))
    return Show(screens.settings(stored, context.payments.providers.names(), findings, undo, heading))


async def ask(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the value of one setting."""
    field = _named(arguments)
    if field is None or field in CHOSEN:
        return everything(context)
    await state.set_state(Shopkeeping.setting)
    stored = _stored(context)
    await state.set_data({"setting": field, "version": stored.version})
    return Show(_question(context, field))


async def choose(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take the value of a button; show Telegram's rule first where an operator has not read it yet."""
    field, text = _named(arguments), next(iter(arguments[1:]), "")
    if field is None:
        return everything(context)
    stored = _stored(context)
    if shows_stars_rule(stored, field, text):
        return Show(screens.stars_rule(text, stored.version))
    return await _save(context, state, field, text, _version(arguments[2:]))


async def accept_rule(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Switch on a provider after the operator has read Telegram's rule."""
    name = next(iter(arguments), "")
    if name in _stored(context).providers and not context.payments.sales.settings.decided(context.cause):
        return everything(context)
    return await _save(context, state, SettingField.PROVIDER, name, _version(arguments[1:]))


async def typed(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take a typed value."""
    data = await state.get_data()
    field, version = _named((str(data.get("setting")),)), data.get("version")
    if field is None:
        await state.clear()
        return everything(context)
    if text.startswith("/"):
        return Show(_question(context, field).headed(phrase("input-command")))
    return await _save(context, state, field, text, version if isinstance(version, int) else None)


async def undo(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Save the value again that a setting had before a version of the settings."""
    version, field = _version(arguments[:1]), _named(arguments[1:])
    if version is None or field is None:
        return everything(context)
    entry = Entry(context.cause, f"shop settings: {field} undone", context.now, context.actor)
    try:
        kept = undo_setting(context.payments.sales, context, version, field, entry, demo_stage=_demo_stage(context))
    except Rejected:
        return await _finished(context, state, field, phrase("shop-undo-changed"))
    except Conflict:
        return await _finished(context, state, field, phrase("shop-changed-meanwhile"))
    if not kept.saved:
        return _refused(context, kept)
    return await _finished(context, state, field, phrase("shop-undone"))


def current(context: UpdateContext, data: Mapping[str, object]) -> Screen | None:
    """Return the present question of a conversation; None if it has none that this version knows."""
    field = _named((str(data.get("setting")),))
    return _question(context, field) if field is not None else None


async def _save(
    context: UpdateContext, state: FSMContext, field: SettingField, text: str, version: int | None = None
) -> Reply:
    entry = Entry(context.cause, f"shop settings: {field} changed", context.now, context.actor)
    try:
        kept = change_settings(
            context.payments.sales,
            context,
            lambda stored: with_setting(stored, field, text),
            entry,
            demo_stage=_demo_stage(context),
            version=version,
        )
    except BadInput as error:
        refusal = phrase(f"input-{error}")
        if field in CHOSEN:
            return replace(_home(context, field, text, refusal), toast=refusal)
        return Show(_question(context, field).headed(refusal))
    except Conflict:
        return await _finished(context, state, field, phrase("shop-changed-meanwhile"), about=text)
    if kept.saved:
        return await _finished(context, state, field, _saved(kept, field), kept.settings.version, about=text)
    asked = (await state.get_data()).get("setting") == field
    return _refused(context, kept, _question(context, field) if asked else None)


def _refused(context: UpdateContext, kept: SettingsKept, question: Screen | None = None) -> Show:
    """Say why a value is not saved: above its question, or else instead of the settings, whose buttons stay."""
    lines = finding_lines(errors(kept.findings))
    above = (lines, *question.paragraphs) if question else (lines,)
    shown = question or everything(context).screen
    return Show(Screen(above, shown.rows), toast=phrase("shop-not-saved"))


def _saved(kept: SettingsKept, field: SettingField) -> Phrase:
    if kept.opened:
        return phrase("shop-opened")
    stopped = field is SettingField.MODE and kept.settings.mode is not ShopMode.OPEN
    return phrase("shop-mode-saved" if stopped else "change-done")


async def _finished(
    context: UpdateContext,
    state: FSMContext,
    field: SettingField,
    heading: Phrase,
    version: int | None = None,
    about: str = "",
) -> Show:
    """Show the screen of a setting with what was done; with `version`, also a button to undo that version."""
    await end_with(state, Outcome(context.cause, heading, settings=True))
    undoing = None if version is None else shop_front_screens.undo_button(version, field, phrase("button-shop-undo"))
    return replace(_home(context, field, about, heading, undoing), toast=heading)


def _home(
    context: UpdateContext, field: SettingField, about: str, heading: Phrase, undoing: Button | None = None
) -> Show:
    """Return the screen that a setting is on; `about` is the value that was chosen."""
    if RECORDED_AS.get(field, field) is SettingField.APPS:
        return shop_apps.show(context, about.partition(".")[0], heading, undoing)
    if group := group_of(field):
        return shop_growth.everything(context, group, heading, undoing)
    return (shop_front.everything if field in FRONT else everything)(context, heading, undoing)


def _question(context: UpdateContext, field: SettingField) -> Screen:
    stored = _stored(context)
    present = value_of(stored, field) or first_value(context.views.first, field)
    return screens.question(field, present, stored.version)


def _stored(context: UpdateContext) -> ShopSettings:
    return context.payments.sales.settings.load(fresh=True)


def _demo_stage(context: UpdateContext) -> bool:
    """Tell whether this deployment has the demo provider, which exists in stage demo alone."""
    return DEMO in context.payments.providers.names()


def _version(arguments: Sequence[str]) -> int | None:
    text = next(iter(arguments), "")
    return int(text) if text.isascii() and text.isdecimal() else None


def _named(arguments: Sequence[str]) -> SettingField | None:
    return next((field for field in SettingField if field in arguments[:1]), None)
