"""Which VPN apps customers are offered on each platform: shown; the buttons save like those of other settings."""

from vpnbot.domain.keys.vpn_apps import Platform, apps_on
from vpnbot.domain.offered_apps import offered_apps
from vpnbot.domain.payments.setting_field import SettingField
from vpnbot.domain.payments.shop_settings import ShopSettings
from vpnbot.telegram.admin.setting_phrases import platform_apps
from vpnbot.telegram.admin.shop_callbacks import ShopAction
from vpnbot.telegram.admin.shop_front_screens import FRONT_BACK
from vpnbot.telegram.customer.connect_screens import platform_name
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Button, Phrase, Rows, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN
from vpnbot.telegram.update_context import UpdateContext

_WITH_A_CHOICE = tuple(platform for platform in Platform if len(apps_on(platform)) > 1)
_BACK = Button(phrase("button-back"), action=ShopAction.APPS.on())


def show(context: UpdateContext, name: str, heading: Phrase | None = None, undo: Button | None = None) -> Show:
    """Return the apps of a platform, or of all of them if this is none; `heading` says what was done."""
    stored = context.payments.sales.settings.load(fresh=True)
    platform = next((each for each in _WITH_A_CHOICE if each == name), None)
    screen = _overview(stored, undo) if platform is None else _of_platform(stored, platform, undo)
    return Show(screen.headed(heading) if heading else screen)


def _overview(stored: ShopSettings, undo: Button | None) -> Screen:
    lines = tuple(platform_apps(each, stored.apps) for each in _WITH_A_CHOICE)
    buttons = tuple(Button(platform_name(each), action=ShopAction.APPS.on(each)) for each in _WITH_A_CHOICE)
    return Screen((phrase("shop-apps"), lines), rows((undo,), buttons[:2], buttons[2:], (FRONT_BACK, ADMIN)))


def _of_platform(stored: ShopSettings, platform: Platform, undo: Button | None) -> Screen:
    return Screen(
        (phrase("shop-apps-one", platform=platform_name(platform)),),
        rows((undo,), *_choices(stored, platform), (_BACK, ADMIN)),
    )


def _choices(stored: ShopSettings, platform: Platform) -> Rows:
    offered = offered_apps(platform, stored.apps)
    found: list[tuple[Button, ...]] = []
    for app in (*offered, *(each for each in apps_on(platform) if each not in offered)):
        name = f"{platform}.{app.id}"
        label = phrase("shop-app-on" if app in offered else "shop-app-off", app=app.title)
        switch = Button(label, action=ShopAction.SET.on(SettingField.APPS, name, stored.version))
        earlier = Button("⬆️", action=ShopAction.SET.on(SettingField.APP_EARLIER, name, stored.version))
        found.append((switch, earlier) if app in offered[1:] else (switch,))
    return tuple(found)
