"""The screens of the settings of the shop."""

from collections.abc import Sequence

from vpnbot.domain.feed import WantedNews
from vpnbot.domain.payments.setting_field import FRONT, NONE, SettingField, value_of
from vpnbot.domain.payments.setting_input import LONGEST_LINK
from vpnbot.domain.payments.shop_settings import PaymentMode, Receipts, ShopSettings, Switch
from vpnbot.domain.plans.findings import Finding
from vpnbot.domain.shop import ShopMode
from vpnbot.telegram.admin.finding_phrases import finding_lines
from vpnbot.telegram.admin.setting_phrases import setting_choice, setting_value
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.admin.shop_front_screens import FRONT_BACK, FRONT_BUTTON, HISTORY_BUTTON, WITH_NONE
from vpnbot.telegram.admin.shop_growth_screens import GROUPS, group_of
from vpnbot.telegram.customer.payment_words import service_name
from vpnbot.telegram.messages.screen import Button, Paragraph, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

_PLANS = Button(phrase("button-back"), action=ShopAction.PLANS.on())
_SETTINGS = Button(phrase("button-back"), action=ShopAction.SETTINGS.on())
_TYPED = (
    (SettingField.VAT_CODE, SettingField.ANSWER_HOURS),
    (SettingField.CONTACT,),
    (SettingField.REFUND_DAYS, SettingField.YEARS_AHEAD),
    (SettingField.RETURNS_A_DAY,),
    (SettingField.COMPENSATION_DAYS,),
    (SettingField.COMPENSATION_PEOPLE,),
    (SettingField.RETENTION_YEARS, SettingField.BASE_CURRENCY),
)


def settings(
    stored: ShopSettings,
    available: Sequence[str],
    findings: Sequence[Finding],
    undo: Button | None = None,
    notice: Phrase | None = None,
) -> Screen:
    """Return the settings about money; `available` are the providers that this deployment has credentials for.

    `notice` says what was just done. So that the screen stays short, it stands instead of the state of the shop,
    which a button shows too, and of the accounts.
    """
    heading = phrase("shop-providers" if stored.providers else "shop-no-providers")
    named = (_provider(stored, name, available, short=notice is not None) for name in stored.providers)
    providers = (heading, *named)
    mode = phrase("shop-mode-is", mode=setting_value(SettingField.MODE, stored.mode))
    paragraphs: list[Paragraph] = [notice, providers] if notice else [providers, mode]
    if findings:
        paragraphs.append(finding_lines(findings))
    return Screen(tuple(filter(None, paragraphs)), _rows(stored, available, undo))


def _provider(stored: ShopSettings, name: str, available: Sequence[str], *, short: bool) -> Phrase:
    verdict = stored.verdict(name)
    if name not in available:
        return phrase("shop-provider", provider=service_name(name), state="without")
    if verdict is None or short:
        return phrase("shop-provider", provider=service_name(name), state="on")
    state = "test" if verdict.test else "checked"
    return phrase(
        "shop-provider", provider=service_name(name), state=state, account=verdict.account, at=verdict.checked_at
    )


def _rows(stored: ShopSettings, available: Sequence[str], undo: Button | None) -> Rows:
    modes = () if stored.receipts is Receipts.OFF else tuple(PaymentMode)
    return rows(
        (undo,),
        *((_switch(name, stored), _earlier(name, stored)) for name in _in_order(stored, available)),
        *((_choice(SettingField.RECEIPTS, each, stored.receipts, stored.version),) for each in Receipts),
        *((_choice(SettingField.PAYMENT_MODE, each, stored.payment_mode, stored.version),) for each in modes),
        *(tuple(_typed(field, stored) for field in line) for line in _TYPED),
        (_news(stored),),
        (_gifts(stored),),
        *((_choice(SettingField.MODE, each, stored.mode, stored.version),) for each in ShopMode),
        (FRONT_BUTTON,),
        tuple(group.button for group in GROUPS),
        (HISTORY_BUTTON,),
        (_PLANS, ADMIN),
    )


def _news(stored: ShopSettings) -> Button:
    """Return the button that chooses the next of the possible news."""
    choices = list(WantedNews)
    following = choices[(choices.index(stored.news) + 1) % len(choices)]
    return Button(
        phrase("button-shop-news", choice=setting_value(SettingField.NEWS, stored.news)),
        action=ShopAction.SET.on(SettingField.NEWS, following, stored.version),
    )


def _gifts(stored: ShopSettings) -> Button:
    """Return the button that switches gifts on or off."""
    other = Switch.OFF if stored.gifts is Switch.ON else Switch.ON
    label = phrase("button-shop-gifts", present=setting_value(SettingField.GIFTS, stored.gifts))
    return Button(label, action=ShopAction.SET.on(SettingField.GIFTS, other, stored.version))


def _in_order(stored: ShopSettings, available: Sequence[str]) -> tuple[str, ...]:
    return (*stored.providers, *(name for name in available if name not in stored.providers))


def _switch(name: str, stored: ShopSettings) -> Button:
    label = phrase(
        "button-shop-provider-off" if name in stored.providers else "button-shop-provider-on",
        provider=service_name(name),
    )
    return Button(label, action=ShopAction.SET.on(SettingField.PROVIDER, name, stored.version))


def _earlier(name: str, stored: ShopSettings) -> Button | None:
    if name not in stored.providers[1:]:
        return None
    return Button("⬆️", action=ShopAction.SET.on(SettingField.EARLIER, name, stored.version))


def _choice(field: SettingField, value: str, present: str, version: int) -> Button:
    label = setting_choice(field, value)
    if field is SettingField.RECEIPTS:
        label = phrase("button-shop-receipts", choice=label)
    chosen = phrase("shop-chosen", choice=label) if value == present else label
    return Button(chosen, action=ShopAction.SET.on(field, value, version))


def _typed(field: SettingField, stored: ShopSettings) -> Button:
    """Return the button that asks for a value; it shows the present one."""
    present = setting_value(field, value_of(stored, field))
    return Button(phrase(f"button-shop-{field}", present=present), action=ShopAction.SETTING.on(field))


def question(field: SettingField, present: str, version: int) -> Screen:
    """Return the question for a setting; `present` is its value as text, or that of the deployment."""
    none = (
        Button(phrase(f"button-shop-no_{field}"), action=ShopAction.SET.on(field, NONE, version))
        if field in WITH_NONE
        else None
    )
    group = group_of(field)
    back = FRONT_BACK if field in FRONT else group.back if group else _SETTINGS
    shown = setting_value(field, present, longest=LONGEST_LINK)
    return Screen((phrase(f"shop-ask-{field}", present=shown),), rows((none,), (back,)))


def stars_rule(provider: str, version: int) -> Screen:
    """Show what Telegram requires, before another provider than Telegram Stars is switched on for the first time."""
    agree = Button(phrase("button-shop-rule"), action=ShopAction.RULE.on(provider, version))
    return Screen((phrase("shop-stars-rule"),), rows((agree,), (_SETTINGS,)))
