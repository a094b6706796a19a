"""The known VPN apps: where to install them, how to open a link in them, how to recognise their requests."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote

from vpnbot.errors import Rejected

OTHER_APP = "other"
"""The id of all apps that are not in `APPS`."""


class Platform(StrEnum):
    """The kinds of devices that people connect."""

    IOS = "ios"
    ANDROID = "android"
    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    APPLE_TV = "apple_tv"
    ANDROID_TV = "android_tv"


COMPUTERS = frozenset({Platform.WINDOWS, Platform.MAC, Platform.LINUX})
TVS = (Platform.APPLE_TV, Platform.ANDROID_TV)


class Core(StrEnum):
    """The VPN core of an app. Only apps with Xray-core are offered, see `accepts`."""

    XRAY = "xray"
    SING_BOX = "sing-box"
    MIHOMO = "mihomo"
    OWN = "own"


_REJECTED_WITHOUT_MIN_VERSION = frozenset({Core.SING_BOX, Core.MIHOMO})


class AppAcceptance(Protocol):
    """Says which apps an inbound accepts: an `Endpoint`, or the `Health` of its server."""

    @property
    def accepts_every_app(self) -> bool: ...


def accepts(inbound: AppAcceptance, core: Core) -> bool:
    """Tell whether an inbound accepts apps with this core.

    If `minClientVer` of an inbound is blank, Xray 26.7.11 and later rejects sing-box and mihomo, which then fail
    without showing an error.
    """
    return inbound.accepts_every_app or core not in _REJECTED_WITHOUT_MIN_VERSION


@dataclass(frozen=True, slots=True)
class Store:
    """A store or page to install an app from. `language` marks the one for people who use that language."""

    title: str
    url: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class App:
    """One VPN app.

    `user_agents` are texts, in lower case, of which its User-Agent header contains one. `deep_link` contains the
    subscription URL as it is (`{url}`), percent-encoded (`{quoted}`) or in base64 (`{base64}`). `web_import` is the
    page on which a phone gives a link to the app on a TV; the QR code that the TV shows opens it with the TV's code.
    """

    id: str
    title: str
    core: Core
    user_agents: tuple[str, ...]
    deep_link: str | None = None
    stores: Mapping[Platform, tuple[Store, ...]] = field(default_factory=dict)
    web_import: str | None = None

    def stores_on(self, platform: Platform, language: str | None = None) -> tuple[Store, ...]:
        """Return the stores for a platform, the one for people who use `language` first.

        Raises:
            KeyError: the app is not offered on this platform, see `apps_on`.
        """
        rank: dict[str | None, int] = {None: 1, language: 0} if language else {None: 0}
        return tuple(sorted(self.stores[platform], key=lambda store: rank.get(store.language, 2)))

    def install_url(self, platform: Platform, language: str | None = None) -> str:
        """Return the address of the first store, see `stores_on`."""
        return self.stores_on(platform, language)[0].url

    @property
    def scheme(self) -> str | None:
        """The URL scheme that opens the app; None if it has none."""
        return self.deep_link.partition(":")[0] if self.deep_link else None

    def opening(self, subscription_url: str) -> str:
        """Return the address that opens the app with a subscription.

        Raises:
            Rejected: the app cannot be opened with a link.
        """
        if self.deep_link is None:
            raise Rejected(f"{self.title} cannot be opened with a link")
        encoded = b64encode(subscription_url.encode()).decode()
        return self.deep_link.format(url=subscription_url, quoted=quote(subscription_url, safe=""), base64=encoded)


def _apple(path: str) -> Store:
    return Store("App Store", f"https://apps.apple.com/app/{path}")


def _google(package: str) -> Store:
    return Store("Google Play", f"https://play.google.com/store/apps/details?id={package}")


def _github(repository: str) -> Store:
    return Store("GitHub", f"https://github.com/{repository}/releases/latest")


def _file(title: str, name: str) -> Store:
    return Store(title, f"https://github.com/Happ-proxy/happ-desktop/releases/latest/download/{name}")


_HAPP_APPLE = (
    _apple("happ-proxy-utility/id6504287215"),
    # The Russian App Store carries Happ only under this name.
    Store("App Store (RU)", "https://apps.apple.com/ru/app/happ-lite/id6799917773", language="ru"),
)
_HAPP_ANDROID = (
    _google("com.happproxy"),
    Store("APK", "https://github.com/Happ-proxy/happ-android/releases/latest/download/Happ.apk"),
)
_STREISAND = (_apple("streisand/id6450534064"),)
_V2RAYTUN_APPLE = (_apple("v2raytun/id6476628951"),)

APPS = (
    App(
        "happ",
        "Happ",
        Core.XRAY,
        ("happ/",),
        "happ://add/{url}",
        {
            Platform.IOS: _HAPP_APPLE,
            Platform.ANDROID: _HAPP_ANDROID,
            # The names of the files are those in the README of Happ-proxy/happ-desktop.
            Platform.WINDOWS: (_file("Windows", "setup-Happ.x64.exe"),),
            Platform.MAC: (_file("macOS", "Happ.macOS.universal.dmg"), _HAPP_APPLE[0]),
            Platform.LINUX: (_file(".deb", "Happ.linux.x64.deb"), _file(".rpm", "Happ.linux.x64.rpm")),
            Platform.APPLE_TV: (_apple("happ-proxy-utility-for-tv/id6748297274"),),
            Platform.ANDROID_TV: _HAPP_ANDROID,
        },
        web_import="https://tv.happ.su",
    ),
    App(
        "v2raytun",
        "v2RayTun",
        Core.XRAY,
        ("v2raytun",),
        "v2raytun://import/{url}",
        {
            Platform.IOS: _V2RAYTUN_APPLE,
            Platform.ANDROID: (_google("com.v2raytun.android"),),
            Platform.WINDOWS: (Store("v2raytun.com", "https://storage.v2raytun.com/v2RayTun_Setup.exe"),),
            Platform.MAC: _V2RAYTUN_APPLE,
        },
    ),
    App(
        "streisand",
        "Streisand",
        Core.XRAY,
        ("streisand",),
        "streisand://import/{url}",
        {Platform.IOS: _STREISAND, Platform.MAC: _STREISAND},
    ),
    App(
        "v2rayng",
        "v2rayNG",
        Core.XRAY,
        ("v2rayng",),
        "v2rayng://install-config?url={quoted}",
        {Platform.ANDROID: (_github("2dust/v2rayNG"),)},
    ),
    App("v2rayn", "v2rayN", Core.XRAY, ("v2rayn/",)),
    App("v2box", "V2Box", Core.XRAY, ("v2box",)),
    App("foxray", "FoXray", Core.XRAY, ("foxray",)),
    App("shadowrocket", "Shadowrocket", Core.OWN, ("shadowrocket",), "shadowrocket://add/sub://{base64}"),
    # The User-Agent of Karing also names NekoBox, Hiddify, mihomo and sing-box, and that of Hiddify the cores: so
    # Karing comes before them, and the apps of the cores come last.
    App("karing", "Karing", Core.SING_BOX, ("karing",)),
    App("hiddify", "Hiddify", Core.SING_BOX, ("hiddify",), "hiddify://import/{url}"),
    App("nekobox", "NekoBox", Core.SING_BOX, ("nekobox", "nekoray")),
    App("clash", "Clash", Core.MIHOMO, ("clash", "mihomo", "stash/", "koala-clash")),
    App("sing-box", "sing-box", Core.SING_BOX, ("sing-box", "sfa/", "sfi/", "sfm/", "sft/")),
)
"""Sources: each app's store page and the documentation of its URL scheme. Apps without stores are not offered; apps
without a deep link cannot be opened with a link."""

OPENABLE_SCHEMES = frozenset(app.scheme for app in APPS if app.scheme)
"""The only URL schemes, beside https, to which our pages link."""

_BY_ID = {app.id: app for app in APPS}


def app_named(app_id: str) -> App | None:
    """Return the app of this id; None if it is unknown."""
    return _BY_ID.get(app_id)


def app_title(app_id: str) -> str:
    """Return the name that people know an app by; empty if it is unknown."""
    app = app_named(app_id)
    return app.title if app else ""


def apps_on(platform: Platform) -> tuple[App, ...]:
    """Return the apps that are offered on a platform, at least one, the recommended one first."""
    return tuple(app for app in APPS if platform in app.stores)


def app_of_user_agent(user_agent: str) -> App | None:
    """Return the app with this User-Agent header; None if it is unknown."""
    agent = user_agent.lower()
    return next((app for app in APPS if any(name in agent for name in app.user_agents)), None)


_PLATFORM_MARKS = (
    (Platform.APPLE_TV, ("appletv", "apple tv")),
    (Platform.ANDROID_TV, ("android tv", "googletv", "smart-tv", "smarttv", "bravia", "; aft", "tizen", "web0s")),
    (Platform.ANDROID, ("android",)),
    (Platform.IOS, ("iphone", "ipad", "ipod")),
    (Platform.WINDOWS, ("windows",)),
    (Platform.MAC, ("mac os", "macintosh")),
    (Platform.LINUX, ("linux", "x11")),
)


def platform_of_user_agent(user_agent: str) -> Platform | None:
    """Return the platform that a User-Agent header names; an iPad that requests desktop pages names Mac."""
    agent = user_agent.lower()
    return next((platform for platform, marks in _PLATFORM_MARKS if any(mark in agent for mark in marks)), None)
