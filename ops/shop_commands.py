"""The commands `shop …`: show and change the settings of the shop."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Annotated

import typer

from ops.error_exit import exit_on_error
from ops.people import ACTOR, container_of
from ops.plan_files import finding_lines
from vpnbot.domain.orders.provider_names import STARS
from vpnbot.domain.payments.setting_field import (
    FRONT,
    INVITATIONS,
    OF_THE_DEPLOYMENT,
    SWITCHES,
    WINBACKS,
    SettingField,
    value_of,
)
from vpnbot.domain.payments.setting_input import restored
from vpnbot.domain.payments.shop_settings import ShopSettings, selling
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.plans.findings import errors
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.errors import Rejected
from vpnbot.settings import Stage
from vpnbot.usecases.plans.keep_settings import change_settings

shop = typer.Typer(help="Manage the settings of the shop.", no_args_is_help=True)

_WHOLE = frozenset({SettingField.APPS, SettingField.DEVICE_LIMIT, SettingField.INVITES, SettingField.WINBACK})
"""The settings that a button switches in the chat, and that are given whole here."""
_NAMES = tuple(field for field in SettingField if field not in SWITCHES or field in _WHOLE)
_STARS_RULE = (
    "Telegram requires Telegram Stars for digital goods that are sold in its apps. Another way to pay may lead to "
    "complaints or to a blocked bot. If that is your decision, add --telegram-rule-read."
)


@shop.command()
def settings(
    context: typer.Context,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE; can be given several times.", metavar="NAME=VALUE"),
    ] = None,
    providers: Annotated[
        str | None, typer.Option(help="The payment providers to offer, in this order, such as stars,yookassa.")
    ] = None,
    telegram_rule_read: Annotated[
        bool, typer.Option(help="You know that Telegram requires Stars for digital goods.")
    ] = False,
) -> None:
    """Show the settings of the shop, and change some of them before. Exit status 1 when nothing was saved."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        stored = container.sales.settings.load(fresh=True)
        wanted = _names(providers)
        if _needs_rule(stored, wanted) and not telegram_rule_read:
            raise Rejected(_STARS_RULE)
        if change or wanted is not None:
            entry = Entry(f"operator:shop:{token_hex(8)}", "shop settings changed", datetime.now(UTC), ACTOR)
            kept = change_settings(
                container.sales,
                container.context,
                lambda before: _changed(before, change or (), wanted),
                entry,
                demo_stage=container.settings.stage is Stage.DEMO,
            )
            for line in finding_lines(kept.findings):
                print(line)
            if errors(kept.findings):
                print("Nothing was saved.")
                raise typer.Exit(1)
            stored = kept.settings
        for line in _lines(stored):
            print(line)
        print(f"the shop is {'open' if selling(stored, container.sales.plans.load(fresh=True)) else 'closed'}")


def _names(providers: str | None) -> tuple[str, ...] | None:
    return None if providers is None else tuple(name.strip() for name in providers.split(",") if name.strip())


def _needs_rule(stored: ShopSettings, wanted: tuple[str, ...] | None) -> bool:
    """Tell whether another provider than Telegram Stars is switched on for the first time."""
    return not stored.stars_rule_shown and bool(set(wanted or ()) - {STARS, *stored.providers})


def _changed(before: ShopSettings, changes: Sequence[str], providers: tuple[str, ...] | None) -> ShopSettings:
    after = before
    for each in changes:
        name, separator, value = each.partition("=")
        if not separator or name not in _NAMES:
            raise Rejected(f"--set {each}: give NAME=VALUE with one of {', '.join(_NAMES)}")
        try:
            after = restored(after, SettingField(name), value)
        except BadInput as error:
            raise Rejected(f"--set {each}: this is no value of {name}") from error
    if providers is None:
        return after
    rule_shown = after.stars_rule_shown or bool(set(providers) - {STARS})
    return replace(after, providers=providers, stars_rule_shown=rule_shown)


def _lines(stored: ShopSettings) -> Iterator[str]:
    yield f"mode: {stored.mode}"
    yield f"providers: {', '.join(stored.providers) or 'none'}"
    yield f"base_currency: {stored.base_currency}{' (fixed since the first order)' if stored.base_fixed else ''}"
    yield f"receipts: {stored.receipts}"
    yield f"vat_code: {stored.vat_code}"
    yield f"payment_mode: {stored.payment_mode}"
    yield f"contact: {stored.fallback_contact or '-'}"
    yield f"refund_days: {stored.refund_days}"
    yield f"returns_a_day: {stored.returns_a_day}"
    yield f"compensation_days: {stored.compensation_days}"
    yield f"compensation_people: {stored.compensation_people}"
    yield f"answer_hours: {stored.answer_hours}"
    yield f"years_ahead: {stored.years_ahead}"
    yield f"retention_years: {stored.retention_years}"
    for field in (*FRONT, *INVITATIONS, *WINBACKS):
        yield f"{field}: {value_of(stored, field) or ('as deployed' if field in OF_THE_DEPLOYMENT else '-')}"
    yield f"texts worded by the staff: {len(stored.texts)}"
    for verdict in stored.verdicts:
        kind = {True: "test account", False: "live account", None: "account"}[verdict.test]
        yield f"{verdict.provider}: {kind} {verdict.account}, checked {verdict.checked_at:%Y-%m-%d %H:%M} UTC"
