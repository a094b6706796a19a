"""Which clients only look at a link, by the User-Agent headers that they really send."""

import pytest

from tests.functional.link_client import HTML
from vpnbot.domain.keys.link_lookers import LOOKERS, Looker, LookerKind
from vpnbot.subscription_page.request import Request

SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1"
CHROME = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)

PREVIEWS = (
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "WhatsApp/2",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    f"{SAFARI} facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Mozilla/5.0 (compatible; OdklBot/1.0 like Linux; klass@odnoklassniki.ru)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) ViberUrlDownloader",
    "Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "http.rb/5.1.1 (Mastodon/4.2.1; +https://example.social/)",
)
MONITORS = (
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "StatusCake_Pagespeed_Indev",
    "Better Stack Better Uptime Bot Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/74.0",
    "Uptime-Kuma/1.23.13",
    "updown.io daemon 2.11",
    "Mozilla/5.0 (compatible; Site24x7)",
    "kube-probe/1.28",
)
CRAWLERS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "SomeNewMessenger-Preview/1.0",
)
TOOLS = ("curl/8.5.0", "Wget/1.21.4", "HTTPie/3.2.2")
APPS = {
    "Happ/4.6.0/ios/26": "happ",
    "Happ/3.9.1": "happ",
    "v2raytun/ios": "v2raytun",
    "v2raytun/5.24.76 Windows/10.0": "v2raytun",
    "Streisand/1.6.43 CFNetwork/1496.0.7 Darwin/23.5.0": "streisand",
    "v2rayNG/1.9.31": "v2rayng",
    "v2rayN/7.0": "v2rayn",
    "V2Box/9.6.2 CFNetwork/1490.0.4 Darwin/23.2.0": "v2box",
    "FoXray/1.0": "foxray",
    "Shadowrocket/2.2.65 CFNetwork/1568 Darwin/24.0.0": "shadowrocket",
    "HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box": "hiddify",
    "NekoBox/Android/1.4.2 (Prefer ClashMeta Format)": "nekobox",
    "Karing/1.2.22.2502 platform/windows;mihomo/1.19.27;clash-verge;FLClash;ClashMeta;v2ray;sing-box 1.13.0;"
    "NekoBox/Android/1.4.1 (Prefer ClashMeta Format);HiddifyNext": "karing",
    "ClashMetaForAndroid/2.8.9.Meta": "clash",
    "clash-verge/v2.0.2": "clash",
    "mihomo/1.19.24": "clash",
    "Stash/2.7.1 Clash/1.11.0": "clash",
    "SFA/1.12.4 (Build 500; sing-box 1.12.4; language en_US)": "sing-box",
    "sing-box/1.13.0-preview.2": "sing-box",
    "okhttp/4.12.0": "other",
    "Go-http-client/2.0": "other",
    "": "other",
}
BROWSERS = (
    SAFARI,
    CHROME,
    f"{CHROME} Viber/22.3.0.0",
    f"{CHROME} Telegram-Android/11.4.2 (Samsung SM-S918B; Android 14; SDK 34; HIGH)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/485.0]",
)
LOOKING = {
    **dict.fromkeys(PREVIEWS, LookerKind.PREVIEW),
    **dict.fromkeys(MONITORS, LookerKind.MONITOR),
    **dict.fromkeys(CRAWLERS, LookerKind.CRAWLER),
    **dict.fromkeys(TOOLS, LookerKind.TOOL),
}


def sent(user_agent: str, accept: str = "*/*", **rest: str) -> Request:
    """Return a request with this header."""
    return Request(
        "/s/x", "https://vpn.example.com", user_agent=user_agent, accept=accept, format=rest.get("format", "")
    )


@pytest.mark.parametrize("accept", ["*/*", "", HTML])
@pytest.mark.parametrize(("user_agent", "kind"), LOOKING.items())
def test_who_only_looks_is_no_app_whatever_it_accepts(user_agent: str, kind: LookerKind, accept: str) -> None:
    request = sent(user_agent, accept)
    assert (request.looker, request.app, request.fetching_app) == (kind, None, None)


@pytest.mark.parametrize("user_agent", [*PREVIEWS, *MONITORS, *CRAWLERS])
def test_a_format_in_the_address_gives_no_keys_to_who_only_looks(user_agent: str) -> None:
    assert sent(user_agent, format="base64").app is None


@pytest.mark.parametrize("user_agent", TOOLS)
def test_a_tool_that_names_a_format_gets_keys_and_is_not_recorded(user_agent: str) -> None:
    request = sent(user_agent, format="base64")
    assert (request.app, request.fetching_app) == ("other", None)


@pytest.mark.parametrize("accept", ["*/*", ""])
@pytest.mark.parametrize(("user_agent", "app"), APPS.items())
def test_an_app_is_recorded_under_its_name(user_agent: str, app: str, accept: str) -> None:
    request = sent(user_agent, accept)
    assert (request.looker, request.app, request.fetching_app) == (None, app, app)


@pytest.mark.parametrize("user_agent", BROWSERS)
def test_a_browser_is_neither(user_agent: str) -> None:
    request = sent(user_agent, HTML)
    assert (request.looker, request.app) == (None, None)


def test_every_looker_has_a_source_and_a_mark_of_its_own_in_lower_case() -> None:
    marks = [looker.mark for looker in LOOKERS]
    assert len(set(marks)) == len(marks)
    assert all(looker.source and looker.mark == looker.mark.lower() for looker in LOOKERS)


@pytest.mark.parametrize("looker", LOOKERS, ids=lambda looker: looker.mark)
def test_no_mark_is_in_the_header_of_an_app_or_a_browser(looker: Looker) -> None:
    assert not [agent for agent in (*APPS, *BROWSERS) if looker.mark in agent.lower()]
