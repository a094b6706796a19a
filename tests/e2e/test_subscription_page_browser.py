"""The subscription page in a real browser: phone and desktop, light and dark, both languages."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.e2e.browser_windows import SCHEMES, Scheme, assert_accessible, badly_drawn
from tests.e2e.subscription_page_site import STATES, Site
from tests.fakes.panel import FaultMode
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.link_client import BOT, IPHONE, SUPPORT, WINDOWS, WORDING, demo_servers
from vpnbot.domain.keys.vpn_apps import Platform, apps_on

pytestmark = pytest.mark.browser

PHONE, SMALL, DESKTOP = (ViewportSize(width=w, height=h) for w, h in ((390, 844), (360, 640), (1280, 860)))
FOCUS = """() => {
    const it = document.activeElement, shown = it.type === "radio" ? it.nextElementSibling : it;
    const style = getComputedStyle(shown), all = [...document.querySelectorAll("*")];
    return {drawn: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, place: all.indexOf(it),
            what: it.outerHTML.slice(0, 80)};
}"""
"""What has the focus, and whether it can be seen."""
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"


@pytest.fixture
def shop() -> Shop:
    shop = shop_in_memory()
    demo_servers(shop, "nl", "de")
    shop.on_trial()
    return shop


@pytest.fixture
def site(shop: Shop) -> Iterator[Site]:
    with Site(shop) as site:
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, user_agent=IPHONE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test on script errors and on violations of its content security policy."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    page.on("console", lambda line: pytest.fail(line.text) if "Content Security Policy" in line.text else None)
    return page


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    outside = page.evaluate(
        """[...document.querySelectorAll("main .card *")].filter(each => {
            const card = each.closest(".card").getBoundingClientRect(), own = each.getBoundingClientRect();
            const sticksOut = own.right > card.right + 1 || own.left < card.left - 1;
            return own.width > 1 && !each.closest(".unseen") && sticksOut;
        }).map(each => each.outerHTML.slice(0, 80))"""
    )
    assert not outside
    assert not badly_drawn(page, "main a, main button, main label, main summary")


@pytest.mark.parametrize("state", STATES)
def test_every_state_fits_the_screen_and_is_accessible(browser: Browser, state: str) -> None:
    """In both languages, light and dark, on a small phone and on a desktop.

    What axe cannot judge, text on a gradient, is in `tests/unit/test_page_colours.py`.
    """
    with STATES[state].site() as site:
        for size, scheme, language in product((SMALL, DESKTOP), SCHEMES, WORDING.languages):
            context = browser.new_context(viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.goto(STATES[state].address(site, language))
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("h1")).to_have_count(1)
            for summary in page.locator("summary:visible").all():
                summary.click()
            fits(page)
            assert_accessible(page)
            context.close()


@pytest.mark.parametrize("language", WORDING.languages)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_steps_of_each_platform_fit_the_screen_and_are_accessible(
    browser: Browser, site: Site, scheme: Scheme, language: str
) -> None:
    context = browser.new_context(viewport=SMALL, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site.link}?lang={language}")
    for platform in Platform:
        page.locator(f"label:has(#on-{platform})").click()
        expect(page.locator(f".panel-{platform}")).to_be_visible()
        fits(page)
        assert_accessible(page)
    context.close()


@pytest.mark.parametrize("state", STATES)
def test_every_state_leads_on_by_keyboard_with_a_visible_focus(browser: Browser, state: str) -> None:
    """Tab reaches every link and button in the order of the page, and the focus is drawn around each."""
    with STATES[state].site() as site:
        context = browser.new_context(viewport=DESKTOP)
        # The page opens the app when it is loaded, and the browser's question about it would take the keys.
        context.add_init_script("window.addEventListener = () => {}")
        page = context.new_page()
        page.goto(STATES[state].address(site, "en"))
        targets = page.locator("a:visible, button:visible, summary:visible, input[type=text]:visible, input:checked")
        count = targets.count()
        assert count >= 2
        seen = []
        for _ in range(count):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            assert focus["drawn"], focus
            seen.append(focus["place"])
        assert len(set(seen)) == count
        context.close()


def test_a_page_that_does_not_work_leads_to_the_bot(browser: Browser) -> None:
    with STATES["expired"].site() as site:
        page = browser.new_page()
        page.goto(site.link)
        link = page.get_by_role("link", name="Open the bot")
        expect(link).to_have_attribute("href", f"https://t.me/{BOT}?start=s_plans")
        expect(page.get_by_role("link", name="Write to us")).to_have_attribute("href", SUPPORT)
        page.close()


def test_a_phone_shows_its_own_apps_and_each_other_platform_takes_one_tap(page: Page, site: Site) -> None:
    page.goto(site.link)
    expect(page.get_by_label("iPhone, iPad")).to_be_checked()
    expect(page.locator(".panel:visible")).to_have_count(1)
    for platform in Platform:
        page.locator(f"label:has(#on-{platform})").click()
        panel = page.locator(".panel:visible")
        expect(panel).to_have_count(1)
        expect(panel).to_contain_text(apps_on(platform)[0].title)


def test_the_platform_can_be_chosen_by_keyboard(page: Page, site: Site) -> None:
    page.goto(site.link)
    page.locator("#on-ios").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#on-android")).to_be_checked()
    expect(page.locator(".panel-android")).to_be_visible()


def test_everything_but_copying_works_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, user_agent=WINDOWS)
    page = context.new_page()
    page.goto(site.link)
    expect(page.locator(".panel-windows")).to_be_visible()
    page.locator("label:has(#on-linux)").click()
    expect(page.locator(".panel-linux")).to_be_visible()
    page.locator(".panel-linux").get_by_role("link", name="Open in Happ").click()
    expect(page.get_by_role("link", name="Open in Happ")).to_have_attribute("href", f"happ://add/{site.link}")
    context.close()


def test_an_ipad_with_the_user_agent_of_a_mac_shows_apps_for_the_ipad(browser: Browser, site: Site) -> None:
    context = browser.new_context(user_agent=MAC)
    context.add_init_script("Object.defineProperty(navigator, 'maxTouchPoints', {value: 5});")
    page = context.new_page()
    page.goto(site.link)
    expect(page.locator("#on-ios")).to_be_checked()
    context.close()


def test_a_mac_shows_apps_for_the_mac(browser: Browser, site: Site) -> None:
    context = browser.new_context(user_agent=MAC)
    page = context.new_page()
    page.goto(site.link)
    expect(page.locator("#on-mac")).to_be_checked()
    context.close()


def test_the_link_is_copied_with_one_tap(context: BrowserContext, page: Page, site: Site) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    page.goto(site.link)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == site.link


def test_the_link_is_copied_without_the_clipboard_api_too(context: BrowserContext, page: Page, site: Site) -> None:
    context.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = what => (window.copied = what + ' ' + getSelection().toString(), true);"
    )
    page.goto(site.link)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == f"copy {site.link}"


def _until(page: Page, reached: Callable[[], bool]) -> None:
    """Let the browser report its events, for at most twenty seconds, until something is reached."""
    for _ in range(200):
        if reached():
            return
        page.wait_for_timeout(100)


def _of_apps(requested: list[str]) -> list[str]:
    """Return the addresses that open an app."""
    return [url for url in requested if not url.startswith("http")]


def test_the_app_is_opened_automatically_and_again_by_the_button(
    context: BrowserContext, page: Page, site: Site
) -> None:
    requested: list[str] = []
    session = context.new_cdp_session(page)
    session.on("Page.frameRequestedNavigation", lambda event: requested.append(event["url"]))
    session.send("Page.enable")
    page.goto(site.link)
    page.locator(".panel-ios").get_by_role("link", name="Open in Happ").first.click()
    expect(page.get_by_role("heading", name="Opening Happ")).to_be_visible()
    _until(page, lambda: len(_of_apps(requested)) == 1)
    assert _of_apps(requested) == [f"happ://add/{site.link}"]
    button = page.get_by_role("link", name="Open in Happ")
    expect(button).to_have_attribute("href", f"happ://add/{site.link}")
    # Not counted as a navigation: Chromium ignores one to an address that it is still opening.
    page.evaluate(
        "addEventListener('click', (event) => {"
        " window.follows = !event.defaultPrevented && event.target.closest('a').href; })"
    )
    button.evaluate("(link) => link.click()")  # the browser's question whether to open the app would take the mouse
    assert page.evaluate("window.follows") == f"happ://add/{site.link}"
    expect(page.get_by_role("heading", name="Opening Happ")).to_be_visible()


def test_the_page_requests_nothing_from_other_hosts(context: BrowserContext, page: Page, site: Site) -> None:
    requested: list[str] = []
    context.on("request", lambda request: requested.append(request.url))
    page.goto(site.link)
    page.get_by_role("link", name="Страница по-русски").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert requested == [site.link, f"{site.link}?lang=ru"]


def test_a_key_that_is_being_made_is_shown_after_a_refresh(page: Page) -> None:
    shop = shop_in_memory()
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial()
    with Site(shop) as site:
        page.goto(site.link)
        expect(page.get_by_text("Making your key")).to_be_visible()
        assert_accessible(page)
        shop.panel.fault_mode = FaultMode.FINE
        shop.settles()
        page.get_by_role("link", name="Refresh").click()
        expect(page.get_by_text("VPN is on")).to_be_visible()
