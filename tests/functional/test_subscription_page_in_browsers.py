"""The page of a subscription link: its content, the page that opens an app, and its security policy."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape

import pytest
import segno

from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, shop_in_memory, update
from tests.functional.link_client import (
    IPHONE,
    PUBLIC_URL,
    SUPPORT,
    WINDOWS,
    LinkClient,
    Page,
    demo_servers,
    on_trial_in,
)
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.keys.vpn_apps import APPS, OPENABLE_SCHEMES, App, apps_on
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.localization.messages import Messages
from vpnbot.usecases.keys.rotate_key import rotate_key
from vpnbot.usecases.subscriptions.suspend_subscription import suspend
from vpnbot.web_pages.markup import Html, html
from vpnbot.web_pages.responses import PageResponse


class TestThePage:
    """The state of the subscription, the link, and the steps to install and open an app."""

    def test_the_page_shows_time_left_end_devices_and_the_link(self, client: LinkClient) -> None:
        response = client.browser()
        page = Page(response)
        assert response.status == 200
        assert "VPN is on" in page.text
        assert "3\u00a0d left" in page.text
        assert "4\u00a0Mar, 12:00\u00a0UTC" in page.text
        assert "up to 2" in page.text
        assert f'value="{PUBLIC_URL}/s/{client.token}"' in response.body

    @pytest.mark.parametrize(("user_agent", "platform"), [(IPHONE, "ios"), (WINDOWS, "windows"), ("x", "android")])
    def test_the_platform_of_the_browser_is_selected(
        self, client: LinkClient, user_agent: str, platform: str
    ) -> None:
        assert Page(client.browser(user_agent)).checked == [platform]

    def test_every_offered_app_can_be_installed_and_opened(self, client: LinkClient) -> None:
        links = set(Page(client.browser()).links)
        for app in APPS:
            for platform in app.stores:
                assert app in apps_on(platform)
                assert {store.url for store in app.stores[platform]} <= links
                assert f"?open={app.id}&lang=en" in links

    def test_the_qr_code_encodes_the_link(self, client: LinkClient) -> None:
        expected = segno.make(f"{PUBLIC_URL}/s/{client.token}", error="m", micro=False)
        picture = client.browser().body.partition('class="qr"')[2].partition("</svg>")[0]
        (path,) = re.findall(r'<path[^>]* d="([^"]+)"', picture)
        assert f' d="{path}"' in expected.svg_inline(border=0)

    def test_links_use_the_domain_of_the_request_when_none_is_configured(
        self, client: LinkClient, shop: Shop
    ) -> None:
        own = LinkClient(shop, public_url=None)
        assert f'value="https://own.example.net/s/{client.token}"' in own.browser().body
        assert own.app().headers["profile-web-page-url"] == f"https://own.example.net/s/{client.token}"

    @pytest.mark.parametrize(("language", "active"), [("en", "VPN is on"), ("ru", "VPN работает")])
    def test_the_page_uses_the_persons_language_and_not_the_browsers(
        self, shop: Shop, language: str, active: str
    ) -> None:
        on_trial_in(shop, language)
        page = Page(LinkClient(shop).browser(accept_language="fr"))
        assert (page.language, active in page.text) == (language, True)

    def test_the_language_can_be_switched_and_links_keep_it(self, client: LinkClient) -> None:
        assert "?lang=ru" in Page(client.browser()).links
        russian = Page(client.browser(language="ru"))
        assert russian.language == "ru"
        assert "?lang=en" in russian.links
        assert "?open=happ&lang=ru" in russian.links
        assert Page(client.browser(language="xx")).language == "en"

    def test_the_last_day_is_shown(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=2, hours=11))
        page = Page(client.browser())
        assert "Last day" in page.text
        assert "13\u00a0h left" in page.text

    def test_the_end_is_shown_with_the_date_until_which_the_link_is_kept(
        self, client: LinkClient, shop: Shop
    ) -> None:
        shop.clock.advance(timedelta(days=3))
        page = Page(client.browser())
        assert "VPN is off" in page.text
        assert "kept until 3\u00a0Apr" in page.text
        assert not [link for link in page.links if "open=" in link or "apple" in link]

    def test_while_the_key_is_made_the_page_has_a_link_to_reload_it(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        client = LinkClient(shop)
        page = Page(client.browser())
        assert "Making your key" in page.text
        assert f"{PUBLIC_URL}/s/{client.token}?lang=en" in page.links

    def test_a_key_that_is_made_again_is_shown_as_being_made(self, client: LinkClient, shop: Shop) -> None:
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, endpoint=None))
        assert "Making your key" in Page(client.browser()).text

    @pytest.mark.parametrize(
        ("language", "starts", "again"),
        [("en", "Your time starts", "making you a new key"), ("ru", "Время пойдёт", "Готовим новый ключ")],
    )
    def test_the_page_does_not_say_that_running_time_starts_with_a_new_key(
        self, shop: Shop, language: str, starts: str, again: str
    ) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        on_trial_in(shop, language)
        first = Page(LinkClient(shop).browser()).text
        assert starts in first
        assert again not in first
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=2)
        shop.panel.fault_mode = FaultMode.DOWN
        key = shop.look().subscription.key
        assert key is not None
        rotate_key(shop.open(), shop.fleet, shop.context, update(), key.tag)
        responses = (LinkClient(shop).browser(), LinkClient(shop).browser(open="happ"))
        for text in (Page(response).text for response in responses):
            assert starts not in text
            assert again in text

    def test_traffic_is_shown_when_there_is_some(self, client: LinkClient, shop: Shop) -> None:
        assert "Traffic" not in Page(client.browser()).text
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, used_bytes=2_340_000_000))
        assert "2.3 GB" in Page(client.browser()).text

    @pytest.mark.parametrize(
        ("language", "partly_used", "used_up"),
        [("en", "0.3 of 0.5 GB", "used 0.5 of 0.5 GB"), ("ru", "0,3 из 0,5 ГБ", "Использовано 0,5 из 0,5 ГБ")],
    )
    def test_half_a_gigabyte_is_formatted_for_each_language(
        self, shop: Shop, language: str, partly_used: str, used_up: str
    ) -> None:
        shop.trial = replace(TRIAL, traffic_limit_bytes=500_000_000)
        shop = with_servers(shop, "nl")
        on_trial_in(shop, language)
        for used_bytes, expected in ((300_000_000, partly_used), (500_000_000, used_up)):
            shop.panel.use("nl", used_bytes)
            reconcile_now(shop)
            assert expected in Page(LinkClient(shop).browser()).text

    def test_the_page_is_shown_after_the_server_has_left_the_catalogue(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=3))
        shop.servers.ids = []
        assert "VPN is off" in Page(client.browser()).text

    def test_a_pause_is_shown_with_a_link_to_support(self, client: LinkClient, shop: Shop) -> None:
        suspend(shop.open(), shop.fleet, shop.context, update(), "admin")
        page = Page(client.browser())
        assert "Access is paused" in page.text
        assert SUPPORT in page.links

    def test_the_page_of_a_demo_key_says_that_it_carries_no_traffic(self, client: LinkClient, shop: Shop) -> None:
        assert "no traffic" not in Page(client.browser()).text
        demo_servers(shop)
        assert "it carries no traffic" in Page(LinkClient(shop).browser()).text


class TestOpeningAnApp:
    """The page that opens an app."""

    @pytest.mark.parametrize("app", [app for app in APPS if app.deep_link])
    def test_the_page_opens_the_app_with_the_persons_link(self, client: LinkClient, app: App) -> None:
        page = Page(client.browser(open=app.id))
        assert app.opening(f"{PUBLIC_URL}/s/{client.token}") in page.links
        assert f"Opening {app.title}" in page.text

    @pytest.mark.parametrize("app_id", ["", "unknown", "sing-box", "javascript:alert(1)", "//evil.example", "HAPP"])
    def test_an_unknown_app_gives_the_normal_page(self, client: LinkClient, app_id: str) -> None:
        assert client.browser(open=app_id) == client.browser()

    def test_after_the_end_no_app_is_opened(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.advance(timedelta(days=3))
        assert client.browser(open="happ") == client.browser()

    def test_every_link_on_every_page_is_https_relative_or_opens_an_app(self, client: LinkClient, shop: Shop) -> None:
        responses = [client.browser(), *(client.browser(open=app.id) for app in APPS), client.browser(token="")]
        shop.clock.advance(timedelta(days=3))
        responses.append(client.browser())
        for link in {link for response in responses for link in Page(response).links}:
            assert link.startswith(("https://", "?")) or link.partition("://")[0] in OPENABLE_SCHEMES

    def test_an_invalid_link_opens_no_app(self, client: LinkClient) -> None:
        assert client.browser(token="", open="happ") == client.browser(token="")


class TestSecurityOfThePage:
    """The page runs and loads nothing from other places, and escapes all data."""

    @pytest.fixture(params=["page", "opening an app", "invalid link"])
    def response(self, request: pytest.FixtureRequest, client: LinkClient) -> PageResponse:
        """Each kind of page."""
        return {
            "page": client.browser(),
            "opening an app": client.browser(open="happ"),
            "invalid link": client.browser(token=""),
        }[request.param]

    def test_the_policy_allows_only_the_pages_own_styles_and_scripts(self, response: PageResponse) -> None:
        policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
        assert policy.pop("default-src") == "'none'"
        for kind, tag in (("style-src", "style"), ("script-src", "script")):
            sources = re.findall(rf"<{tag}>(.*?)</{tag}>", response.body, re.DOTALL)
            hashes = [f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'" for source in sources]
            assert policy.pop(kind, "") == " ".join(hashes)
        assert policy == {
            "img-src": "data:",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }

    def test_the_page_loads_nothing_from_the_network(self, response: PageResponse) -> None:
        page = Page(response)
        assert all(address.startswith("data:") for address in page.loads)
        assert not re.findall(r"url\(|@import", response.body)
        assert not {name for name in page.attributes if name == "style" or name.startswith("on")}

    def test_headers_prevent_referrers_indexing_caching_and_sniffing(self, response: PageResponse) -> None:
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["x-robots-tag"] == "noindex, nofollow"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"

    def test_configured_addresses_are_escaped(self, shop: Shop) -> None:
        shop.on_trial()
        malicious = 'https://t.me/x"><script>alert(1)</script>'
        response = LinkClient(shop, support_url=malicious).browser()
        assert "<script>alert" not in response.body
        assert malicious in Page(response).links

    def test_markup_escapes_everything_that_is_not_of_the_type_html(self) -> None:
        assert html("<p>$a$b</p>", a="<&\"'$x", b=Html("<b>x</b>")) == "<p>&lt;&amp;&quot;&#x27;$x<b>x</b></p>"
        assert unescape(html("$a", a=7)) == "7"
        with pytest.raises(KeyError):
            html("$a")

    def test_every_page_is_complete_in_every_language(self, shop: Shop) -> None:
        for language in Messages().languages:
            fresh = shop_in_memory()
            on_trial_in(fresh, language)
            client = LinkClient(fresh)
            for response in (
                client.browser(),
                client.browser(open="happ"),
                client.browser(token="", language=language),
            ):
                assert Page(response).language == language
                assert "$" not in Page(response).text
