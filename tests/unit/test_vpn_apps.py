"""The catalogue of VPN apps: their platforms, stores and deep links, and how they and platforms are recognised."""

from base64 import b64encode
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.keys.vpn_apps import (
    APPS,
    COMPUTERS,
    OPENABLE_SCHEMES,
    TVS,
    App,
    Core,
    Platform,
    accepts,
    app_named,
    app_of_user_agent,
    apps_on,
    platform_of_user_agent,
)
from vpnbot.domain.servers.server import Health
from vpnbot.errors import Rejected

PLAIN = Endpoint("nl.example", 443, "k" * 43, "www.example.com", "ab12")
URL = "https://vpn.example.com/s/_lKf-g1m3oPmOv3GicUSFfLN_frZFI0b_HRb6YtTmCA"
OFFERED = [(platform, app) for platform in Platform for app in apps_on(platform)]


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_has_apps_and_the_first_is_happ(platform: Platform) -> None:
    assert apps_on(platform)[0].id == "happ"


@pytest.mark.parametrize(("platform", "app"), OFFERED)
def test_every_offered_app_uses_xray_and_has_a_deep_link_and_a_store(platform: Platform, app: App) -> None:
    assert app.core is Core.XRAY
    assert app.deep_link
    assert app.stores_on(platform)


@pytest.mark.parametrize(("platform", "app"), OFFERED)
def test_every_store_is_reached_over_https(platform: Platform, app: App) -> None:
    for store in app.stores_on(platform):
        url = urlsplit(store.url)
        assert (url.scheme, bool(url.netloc), store.url.isascii()) == ("https", True, True)


@pytest.mark.parametrize("platform", sorted(COMPUTERS))
def test_happ_for_a_computer_is_a_file_and_not_a_list_of_releases(platform: Platform) -> None:
    url = apps_on(platform)[0].install_url(platform, "ru")
    assert url.startswith("https://github.com/Happ-proxy/happ-desktop/releases/latest/download/")
    assert url.endswith((".exe", ".dmg", ".deb"))


@pytest.mark.parametrize("platform", TVS)
def test_every_app_for_a_tv_takes_a_link_from_a_phone(platform: Platform) -> None:
    assert all(app.web_import for app in apps_on(platform))


def test_only_in_russian_is_the_russian_app_store_shown_first() -> None:
    happ = apps_on(Platform.IOS)[0]
    assert "/ru/" in happ.install_url(Platform.IOS, "ru")
    assert "/ru/" not in happ.install_url(Platform.IOS, "en")
    assert "/ru/" not in happ.install_url(Platform.IOS)
    assert len(happ.stores_on(Platform.IOS, "en")) == 2


def test_app_ids_are_unique_and_short_enough_for_callback_data() -> None:
    ids = [app.id for app in APPS]
    assert len(set(ids)) == len(ids)
    assert all(len(app_id) <= 16 and app_named(app_id) for app_id in ids)
    assert app_named("unknown") is None


def test_deep_links_use_only_the_url_schemes_of_known_apps() -> None:
    assert {app.scheme for app in APPS} - {None} == OPENABLE_SCHEMES
    assert {"happ", "v2raytun", "streisand", "v2rayng", "shadowrocket", "hiddify"} == OPENABLE_SCHEMES


ENCODED = "https%3A%2F%2Fvpn.example.com%2Fs%2F_lKf-g1m3oPmOv3GicUSFfLN_frZFI0b_HRb6YtTmCA"
DEEP_LINKS = {
    "happ": f"happ://add/{URL}",
    "v2raytun": f"v2raytun://import/{URL}",
    "streisand": f"streisand://import/{URL}",
    "hiddify": f"hiddify://import/{URL}",
    "v2rayng": f"v2rayng://install-config?url={ENCODED}",
    "shadowrocket": f"shadowrocket://add/sub://{b64encode(URL.encode()).decode()}",
}


@pytest.mark.parametrize("app", [app for app in APPS if app.deep_link])
def test_a_deep_link_contains_the_link_in_the_form_that_the_app_needs(app: App) -> None:
    assert app.opening(URL) == DEEP_LINKS[app.id]


def test_an_app_without_a_deep_link_cannot_be_opened() -> None:
    app = app_named("sing-box")
    assert app
    assert app.scheme is None
    with pytest.raises(Rejected, match="sing-box"):
        app.opening(URL)


@pytest.mark.parametrize(
    ("user_agent", "app_id"),
    [
        ("Happ/3.22.1", "happ"),
        ("Happ/4.6.0/ios/2603181556604", "happ"),
        ("v2rayNG/1.9.39", "v2rayng"),
        ("v2rayN/7.10.5", "v2rayn"),
        ("v2raytun/android", "v2raytun"),
        ("Streisand/1.6.53 CFNetwork/1568.200.51 Darwin/24.1.0", "streisand"),
        ("V2Box/9.3.2", "v2box"),
        ("FoXray/25.6.0", "foxray"),
        ("Shadowrocket/2070 CFNetwork/1494.0.7 Darwin/23.4.0", "shadowrocket"),
        ("HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box", "hiddify"),
        ("NekoBox/Android/1.3.4 (Prefer ClashMeta Format)", "nekobox"),
        ("Karing/1.1.2 sing-box", "karing"),
        ("SFA/1.11.9 (459; sing-box 1.11.9; language ru_RU)", "sing-box"),
        ("ClashMetaForAndroid/2.11.7.Meta", "clash"),
        ("clash-verge/v2.2.2", "clash"),
        ("FlClash/v0.8.80 clash-verge Platform/android", "clash"),
        ("mihomo/1.19.0", "clash"),
    ],
)
def test_an_app_is_recognised_by_its_user_agent(user_agent: str, app_id: str) -> None:
    found = app_of_user_agent(user_agent)
    assert found
    assert found.id == app_id


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "okhttp/4.12.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15",
        "TelegramBot",
    ],
)
def test_other_user_agents_are_not_taken_for_an_app(user_agent: str) -> None:
    assert app_of_user_agent(user_agent) is None


@pytest.mark.parametrize(
    ("user_agent", "platform"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", Platform.IOS),
        ("Mozilla/5.0 (iPad; CPU OS 12_0 like Mac OS X) AppleWebKit/605.1.15", Platform.IOS),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131 Mobile", Platform.ANDROID),
        ("Mozilla/5.0 (Linux; Android 12; BRAVIA 4K) AppleWebKit/537.36 Chrome/120", Platform.ANDROID_TV),
        ("Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7223) AppleWebKit/537.36", Platform.ANDROID_TV),
        ("AppleTV/tvOS/18.3", Platform.APPLE_TV),
        ("Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36", Platform.ANDROID_TV),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", Platform.WINDOWS),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", Platform.MAC),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", Platform.LINUX),
        ("curl/8.5.0", None),
    ],
)
def test_the_platform_is_recognised_by_the_user_agent(user_agent: str, platform: Platform | None) -> None:
    assert platform_of_user_agent(user_agent) is platform


@pytest.mark.parametrize("core", Core)
def test_only_an_inbound_without_a_minimum_client_version_rejects_sing_box_and_mihomo(core: Core) -> None:
    rejected = core in {Core.SING_BOX, Core.MIHOMO}
    for inbound in (PLAIN, Health(panel_answers=True, server_runs=True)):
        assert accepts(inbound, core)
        assert accepts(replace(inbound, accepts_every_app=False), core) is not rejected
