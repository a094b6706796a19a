"""The page behind a subscription link: what a person finds there, and what the page may do."""

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
from tests.functional.link_client import HOME, IPHONE, SUPPORT, WINDOWS, LinkClient, Page, demo_servers, speaks
from tests.functional.usecases.reconciled_servers import reconcile_now, with_servers
from vpnbot.domain.keys.vpn_apps import APPS, OPENABLE_SCHEMES, App, apps_on
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.localization.messages import Messages
from vpnbot.subscription_page.markup import Html, html
from vpnbot.subscription_page.responses import PageResponse
from vpnbot.usecases.keys.rotate_key import rotate_key
from vpnbot.usecases.subscriptions.suspend_subscription import suspend


@pytest.fixture
def shop() -> Shop:
    return shop_in_memory()


@pytest.fixture
def client(shop: Shop) -> LinkClient:
    shop.on_trial()
    return LinkClient(shop)


class TestThePage:
    """How the subscription stands, and the way from here to a running app."""

    def test_it_shows_time_left_end_devices_and_the_link(self, client: LinkClient) -> None:
        answer = client.browser()
        page = Page(answer)
        assert answer.status == 200
        assert "Active" in page.text
        assert "3 d 0 h left" in page.text
        assert "4 Mar, 12:00 UTC" in page.text
        assert "up to 2" in page.text
        assert f'value="{HOME}/s/{client.token}"' in answer.body

    @pytest.mark.parametrize(("user_agent", "platform"), [(IPHONE, "ios"), (WINDOWS, "windows"), ("x", "android")])
    def test_the_readers_own_platform_is_chosen(self, client: LinkClient, user_agent: str, platform: str) -> None:
        assert Page(client.browser(user_agent)).chosen == [platform]

    def test_every_offered_app_can_be_installed_and_opened(self, client: LinkClient) -> None:
        links = set(Page(client.browser()).links)
        for app in APPS:
            for platform in app.stores:
                assert app in apps_on(platform)
                assert {store.url for store in app.stores[platform]} <= links
                assert f"?open={app.id}&lang=en" in links

    def test_the_picture_is_of_the_link(self, client: LinkClient) -> None:
        drawn = segno.make(f"{HOME}/s/{client.token}", error="m", micro=False)
        picture = client.browser().body.partition('class="qr"')[2].partition("</svg>")[0]
        (path,) = re.findall(r'<path[^>]* d="([^"]+)"', picture)
        assert f' d="{path}"' in drawn.svg_inline(border=0)

    def test_links_lead_to_the_domain_of_the_request_where_none_is_configured(
        self, client: LinkClient, shop: Shop
    ) -> None:
        own = LinkClient(shop, public_url=None)
        assert f'value="https://own.example.net/s/{client.token}"' in own.browser().body
        assert own.app().headers["profile-web-page-url"] == f"https://own.example.net/s/{client.token}"

    @pytest.mark.parametrize(("language", "active"), [("en", "Active"), ("ru", "Активно")])
    def test_it_speaks_the_persons_language_whatever_the_browser_says(
        self, shop: Shop, language: str, active: str
    ) -> None:
        speaks(shop, language)
        page = Page(LinkClient(shop).browser(accept_language="fr"))
        assert (page.language, active in page.text) == (language, True)

    def test_another_language_is_one_tap_away_and_stays(self, client: LinkClient) -> None:
        assert {"?lang=en", "?lang=ru"} <= set(Page(client.browser()).links)
        russian = Page(client.browser(language="ru"))
        assert russian.language == "ru"
        assert "?open=happ&lang=ru" in russian.links
        assert Page(client.browser(language="xx")).language == "en"

    def test_the_last_day_is_said(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.pass_by(timedelta(days=2, hours=11))
        page = Page(client.browser())
        assert "Last day" in page.text
        assert "13 h 0 min left" in page.text

    def test_the_end_is_said_with_how_long_the_link_is_kept(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.pass_by(timedelta(days=3))
        page = Page(client.browser())
        assert "VPN is off" in page.text
        assert "kept until 3 Apr" in page.text
        assert not [link for link in page.links if "open=" in link or "apple" in link]

    def test_while_the_key_is_made_it_can_be_looked_for_again(self, shop: Shop) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        shop.on_trial()
        client = LinkClient(shop)
        page = Page(client.browser())
        assert "Making your key" in page.text
        assert f"{HOME}/s/{client.token}?lang=en" in page.links

    def test_a_key_that_is_made_anew_is_waited_for_too(self, client: LinkClient, shop: Shop) -> None:
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, endpoint=None))
        assert "Making your key" in Page(client.browser()).text

    @pytest.mark.parametrize(
        ("language", "starts", "anew"),
        [("en", "Your time starts", "being made anew"), ("ru", "Время пойдёт", "Готовим новый ключ")],
    )
    def test_time_that_runs_is_not_said_to_start_with_a_new_key(
        self, shop: Shop, language: str, starts: str, anew: str
    ) -> None:
        shop.panel.fault_mode = FaultMode.DOWN
        speaks(shop, language)
        first = Page(LinkClient(shop).browser()).text
        assert starts in first
        assert anew not in first
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles(minutes=2)
        shop.panel.fault_mode = FaultMode.DOWN
        key = shop.look().subscription.key
        assert key is not None
        rotate_key(shop.open(), shop.fleet, shop.context, update(), key.tag)
        answers = (LinkClient(shop).browser(), LinkClient(shop).browser(open="happ"))
        for text in (Page(answer).text for answer in answers):
            assert starts not in text
            assert anew in text

    def test_traffic_is_shown_once_there_is_some(self, client: LinkClient, shop: Shop) -> None:
        assert "Traffic" not in Page(client.browser()).text
        session = shop.open()
        (access,) = session.person.accesses
        session.observe(access, replace(access, used_bytes=2_340_000_000))
        assert "2.3 GB" in Page(client.browser()).text

    @pytest.mark.parametrize(
        ("language", "some", "everything"),
        [("en", "0.3 of 0.5 GB", "used 0.5 of 0.5 GB"), ("ru", "0,3 из 0,5 ГБ", "Использовано 0,5 из 0,5 ГБ")],
    )
    def test_half_a_gigabyte_is_written_as_each_language_writes_it(
        self, shop: Shop, language: str, some: str, everything: str
    ) -> None:
        shop.trial = replace(TRIAL, traffic_limit_bytes=500_000_000)
        shop = with_servers(shop, "nl")
        speaks(shop, language)
        for used_bytes, told in ((300_000_000, some), (500_000_000, everything)):
            shop.panel.use("nl", used_bytes)
            reconcile_now(shop)
            assert told in Page(LinkClient(shop).browser()).text

    def test_a_server_that_is_no_longer_sold_does_not_hide_the_page(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.pass_by(timedelta(days=3))
        shop.servers.ids = []
        assert "VPN is off" in Page(client.browser()).text

    def test_a_pause_is_said_with_whom_to_write_to(self, client: LinkClient, shop: Shop) -> None:
        suspend(shop.open(), shop.fleet, shop.context, update(), "admin")
        page = Page(client.browser())
        assert "Access is paused" in page.text
        assert SUPPORT in page.links

    def test_a_demo_key_says_so(self, client: LinkClient, shop: Shop) -> None:
        assert "no traffic" not in Page(client.browser()).text
        demo_servers(shop)
        assert "it carries no traffic" in Page(LinkClient(shop).browser()).text


class TestOpening:
    """The page that opens an app."""

    @pytest.mark.parametrize("app", [app for app in APPS if app.deep_link])
    def test_it_opens_the_app_with_our_own_link(self, client: LinkClient, app: App) -> None:
        page = Page(client.browser(open=app.id))
        assert app.opening(f"{HOME}/s/{client.token}") in page.links
        assert f"Opening {app.title}" in page.text

    @pytest.mark.parametrize("nonsense", ["", "nobody", "sing-box", "javascript:alert(1)", "//evil.example", "HAPP"])
    def test_whatever_else_is_asked_for_is_the_normal_page(self, client: LinkClient, nonsense: str) -> None:
        assert client.browser(open=nonsense) == client.browser()

    def test_there_is_nothing_to_open_once_it_has_ended(self, client: LinkClient, shop: Shop) -> None:
        shop.clock.pass_by(timedelta(days=3))
        assert client.browser(open="happ") == client.browser()

    def test_no_page_leads_anywhere_but_to_https_ourselves_or_an_app(self, client: LinkClient, shop: Shop) -> None:
        answers = [client.browser(), *(client.browser(open=app.id) for app in APPS), client.browser(token="")]
        shop.clock.pass_by(timedelta(days=3))
        answers.append(client.browser())
        for link in {link for answer in answers for link in Page(answer).links}:
            assert link.startswith(("https://", "?")) or link.partition("://")[0] in OPENABLE_SCHEMES

    def test_a_dead_link_opens_nothing(self, client: LinkClient) -> None:
        assert client.browser(token="", open="happ") == client.browser(token="")


class TestWhatThePageMayDo:
    """Nothing but show itself."""

    @pytest.fixture(params=["page", "opening", "gone"])
    def answer(self, request: pytest.FixtureRequest, client: LinkClient) -> PageResponse:
        return {
            "page": client.browser(),
            "opening": client.browser(open="happ"),
            "gone": client.browser(token=""),
        }[request.param]

    def test_it_runs_and_shows_only_what_its_policy_names(self, answer: PageResponse) -> None:
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy.pop("default-src") == "'none'"
        for kind, tag in (("style-src", "style"), ("script-src", "script")):
            sources = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.body, re.DOTALL)
            hashes = [f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'" for source in sources]
            assert policy.pop(kind, "") == " ".join(hashes)
        assert policy == {
            "img-src": "data:",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }

    def test_it_loads_nothing_from_anywhere(self, answer: PageResponse) -> None:
        page = Page(answer)
        assert all(address.startswith("data:") for address in page.loads)
        assert not re.findall(r"url\(|@import", answer.body)
        assert not {name for name in page.attributes if name == "style" or name.startswith("on")}

    def test_it_is_nobody_elses_business(self, answer: PageResponse) -> None:
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_what_comes_from_outside_is_escaped(self, shop: Shop) -> None:
        shop.on_trial()
        nasty = 'https://t.me/x"><script>alert(1)</script>'
        answer = LinkClient(shop, support_url=nasty).browser()
        assert "<script>alert" not in answer.body
        assert nasty in Page(answer).links

    def test_markup_escapes_whatever_does_not_say_it_is_html(self) -> None:
        assert html("<p>$a$b</p>", a="<&\"'$x", b=Html("<b>x</b>")) == "<p>&lt;&amp;&quot;&#x27;$x<b>x</b></p>"
        assert unescape(html("$a", a=7)) == "7"
        with pytest.raises(KeyError):
            html("$a")

    def test_every_language_has_every_word_of_every_page(self, shop: Shop) -> None:
        for language in Messages().languages:
            fresh = shop_in_memory()
            speaks(fresh, language)
            client = LinkClient(fresh)
            for answer in (
                client.browser(),
                client.browser(open="happ"),
                client.browser(token="", language=language),
            ):
                assert Page(answer).language == language
                assert "$" not in Page(answer).text
