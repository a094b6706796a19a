"""Save the settings of the shop after their checks, and the facts about the shop that need no operator."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from vpnbot.domain.bot_profile import profile_work
from vpnbot.domain.editable_texts import subject_of
from vpnbot.domain.effects import Effect
from vpnbot.domain.payments.revisions import SETTINGS, Revision
from vpnbot.domain.payments.setting_field import SettingField, changed_fields, value_of
from vpnbot.domain.payments.setting_input import restored
from vpnbot.domain.payments.settings_checks import check_settings
from vpnbot.domain.payments.shop_settings import AccountVerdict, ShopSettings
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.findings import Finding, errors
from vpnbot.domain.staff.act_values import stored_settings
from vpnbot.domain.staff.acts import Act, ShopAct, written
from vpnbot.domain.subscriptions.trial_places import telling_work
from vpnbot.errors import AlreadyDecided, Conflict, Rejected
from vpnbot.usecases.plans.keep_plans import opening_of
from vpnbot.usecases.ports import Context, Sales, ShopSettingsStore

_ATTEMPTS = 3
TEXT_FIELD = "text"
"""The field of a text in the rows of its history."""


@dataclass(frozen=True, slots=True)
class SettingsKept:
    """The result of a save. `saved` is False if the findings forbid it; `settings` are as stored."""

    settings: ShopSettings
    findings: tuple[Finding, ...]
    saved: bool
    opened: bool = False


def change_settings(
    sales: Sales,
    context: Context,
    change: Callable[[ShopSettings], ShopSettings],
    entry: Entry,
    *,
    demo_stage: bool = False,
    version: int | None = None,
    act: ShopAct = ShopAct.SETTING,
) -> SettingsKept:
    """Apply a change to the stored settings and save them. Switching on a provider may open the shop.

    The history gets a row for each changed setting, and the log of acts one if the operator is one of the chat.
    `version` is that of the settings that the operator has seen; None: any. Texts, which are checked when they are
    typed, are saved whatever is wrong with other settings.

    Raises:
        Conflict: another operator changed the settings meanwhile.
        UnreadableItem: this version cannot read the settings.
        StorageUnavailable: the storage did not answer; call again with the same cause.
    """
    before = sales.settings.load(fresh=True)
    if sales.settings.decided(entry.cause):
        return SettingsKept(before, (), saved=True)
    if version is not None and before.version != version:
        raise Conflict("the settings were changed since the operator has seen them")
    after, catalogue = change(before), sales.plans.load(fresh=True)
    findings = () if _only_texts(before, after) else check_settings(before, after, catalogue, demo_stage=demo_stage)
    if errors(findings):
        return SettingsKept(before, findings, saved=False)
    if after == before:
        return SettingsKept(before, findings, saved=True)
    with_base = replace(catalogue, base_currency=after.base_currency)
    opening = opening_of(before, catalogue, after, with_base, context)
    try:
        effects = _history(before, after, entry, act)
        if after.name != before.name:
            effects += (profile_work(context.clock()),)
        if after.trials_a_day != before.trials_a_day:
            effects += (telling_work(context.clock()),)
        sales.settings.save(before, after, entry, opening, *effects)
    except AlreadyDecided:  # the answer to an earlier call with this cause was lost
        opening = None
    return SettingsKept(sales.settings.load(fresh=True), findings, saved=True, opened=opening is not None)


def _only_texts(before: ShopSettings, after: ShopSettings) -> bool:
    return after != before and after == replace(before, texts=after.texts)


def undo_setting(
    sales: Sales, context: Context, version: int, field: SettingField, entry: Entry, *, demo_stage: bool = False
) -> SettingsKept:
    """Save the value again that a setting had before a version of the settings.

    Raises:
        Rejected: this version has not changed this setting, or it was changed again.
        Conflict, UnreadableItem, StorageUnavailable: as `change_settings`.
    """
    undone = sales.settings.revision(SETTINGS, version, field)

    def back(stored: ShopSettings) -> ShopSettings:
        if undone is None or value_of(stored, field) != undone.after:
            raise Rejected("the setting was changed again")
        return restored(stored, field, undone.before)

    return change_settings(sales, context, back, entry, demo_stage=demo_stage, act=ShopAct.UNDO_SETTING)


def _history(before: ShopSettings, after: ShopSettings, entry: Entry, act: ShopAct) -> tuple[Effect, ...]:
    version = before.version + 1
    changed = [
        Revision(SETTINGS, version, field, value_of(before, field), value_of(after, field), entry.actor, entry.at)
        for field in changed_fields(before, after)
    ]
    texts = [
        Revision(subject_of(key), version, TEXT_FIELD, old, new, entry.actor, entry.at)
        for key in sorted({*before.texts, *after.texts})
        if (old := before.texts.get(key, "")) != (new := after.texts.get(key, ""))
    ]
    rows: tuple[Effect, ...] = tuple(each.written() for each in (*changed, *texts))
    if rows and entry.actor.startswith("admin:"):
        settings = {SettingField(each.field): each.after for each in changed}
        names = (each.subject.removeprefix("text#").replace("#", " ") for each in texts)
        value = stored_settings(settings) if settings else ", ".join(names)
        rows += (written(Act(entry.cause, act, entry.actor, "", entry.at, value=value)),)
    return rows


def settings_for_orders(settings: ShopSettingsStore, context: Context) -> ShopSettings:
    """Return the settings with which an order is placed: the shop has its mark, and the base currency is fixed.

    They are stored with the first order, and only read from the cache with each further one.

    Raises:
        Conflict: the settings are changed at the same moment; try again.
        UnreadableItem: this version cannot read the settings.
        StorageUnavailable: the storage did not answer; try again later.
    """
    known = settings.load()
    if known.mark and known.base_fixed:
        return known
    return _observed(settings, lambda before: before.for_orders(context.new_seed()))


def record_verdict(settings: ShopSettingsStore, verdict: AccountVerdict) -> ShopSettings:
    """Store what a provider says about our account.

    Raises:
        Conflict: the settings are changed at the same moment; try again.
        UnreadableItem: this version cannot read the settings.
        StorageUnavailable: the storage did not answer; try again later.
    """
    return _observed(settings, lambda before: before.with_verdict(verdict))


def _observed(settings: ShopSettingsStore, change: Callable[[ShopSettings], ShopSettings]) -> ShopSettings:
    for _ in range(_ATTEMPTS):
        before = settings.load(fresh=True)
        after = change(before)
        if after == before or settings.observe(before, after):
            return after
    raise Conflict("the settings of the shop are being changed")
