"""Show the settings of the shop, and change one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiogram.fsm.context import FSMContext

from vpnbot.domain.orders.provider_names import DEMO
from vpnbot.domain.payments.setting_field import SettingField, shows_stars_rule, with_setting
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.findings import errors
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.errors import Conflict
from vpnbot.telegram.admin import shop_settings_screens as screens
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.admin.states import Shopkeeping
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.plans.keep_settings import change_settings


def everything(context: UpdateContext, heading: Phrase | None = None) -> Show:
    """Return the settings; `heading` is a line above them about what was done."""
    stored = _stored(context)
    catalogue = context.payments.sales.plans.load(fresh=True)
    findings = check_settings(stored, stored, catalogue, demo_stage=_demo_stage(context))
    screen = screens.settings(stored, context.payments.providers.names(), findings)
    return Show(screen.headed(heading) if heading else screen)


async def ask(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the value of one setting."""
    field = _named(arguments)
    if field is None:
        return everything(context)
    await state.set_state(Shopkeeping.setting)
    await state.set_data({"setting": field})
    return Show(_question(context, field))


async def choose(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take the value of a button; show Telegram's rule first where an operator has not read it yet."""
    field, text = _named(arguments), next(iter(arguments[1:]), "")
    if field is None:
        return everything(context)
    if shows_stars_rule(_stored(context), field, text):
        return Show(screens.stars_rule(text))
    return await _save(context, state, field, text)


async def accept_rule(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Switch on a provider after the operator has read Telegram's rule."""
    name = next(iter(arguments), "")
    if name in _stored(context).providers and not context.payments.sales.settings.decided(context.cause):
        return everything(context)
    return await _save(context, state, SettingField.PROVIDER, name)


async def typed(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take a typed value."""
    field = _named((str((await state.get_data()).get("setting")),))
    if field is None:
        await state.clear()
        return everything(context)
    return await _save(context, state, field, text)


def current(context: UpdateContext, data: Mapping[str, object]) -> Screen | None:
    """Return the present question of a conversation; None if it has none that this version knows."""
    field = _named((str(data.get("setting")),))
    return _question(context, field) if field is not None else None


async def _save(context: UpdateContext, state: FSMContext, field: SettingField, text: str) -> Reply:
    entry = Entry(context.cause, f"shop settings: {field} changed", context.now, context.actor)
    try:
        kept = change_settings(
            context.payments.sales,
            context,
            lambda stored: with_setting(stored, field, text),
            entry,
            demo_stage=_demo_stage(context),
        )
    except BadInput as error:
        return Show(_question(context, field).headed(phrase(f"input-{error}")))
    except Conflict:
        return await _finished(context, state, phrase("shop-changed-meanwhile"))
    if kept.saved:
        return await _finished(context, state, phrase("shop-opened" if kept.opened else "change-done"))
    lines = finding_lines(errors(kept.findings))
    asked = (await state.get_data()).get("setting") == field
    shown = _question(context, field) if asked else everything(context).screen
    return Show(Screen((lines, *shown.paragraphs), shown.rows), toast=phrase("shop-not-saved"))


async def _finished(context: UpdateContext, state: FSMContext, heading: Phrase) -> Show:
    await end_with(state, Outcome(context.cause, heading, settings=True))
    return replace(everything(context, heading), toast=heading)


def _question(context: UpdateContext, field: SettingField) -> Screen:
    stored = _stored(context)
    present = {
        SettingField.CONTACT: stored.fallback_contact,
        SettingField.VAT_CODE: stored.vat_code,
        SettingField.REFUND_DAYS: stored.refund_days,
        SettingField.YEARS_AHEAD: stored.years_ahead,
        SettingField.ANSWER_HOURS: stored.answer_hours,
        SettingField.RETENTION_YEARS: stored.retention_years,
        SettingField.RETURNS_A_DAY: stored.returns_a_day,
        SettingField.BASE_CURRENCY: stored.base_currency,
    }.get(field, "")
    return screens.question(field, str(present) or "–")


def _stored(context: UpdateContext) -> ShopSettings:
    return context.payments.sales.settings.load(fresh=True)


def _demo_stage(context: UpdateContext) -> bool:
    """Tell whether this deployment has the demo provider, which exists in stage demo alone."""
    return DEMO in context.payments.providers.names()


def _named(arguments: Sequence[str]) -> SettingField | None:
    return next((field for field in SettingField if field in arguments[:1]), None)
