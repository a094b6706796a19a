"""The control panel's card about what brings customers: each kind of link, and the limit of trials."""

import pytest
from playwright.sync_api import Page, expect

from local.telegram.person import Person
from tests.e2e.browser_windows import DESKTOP, NARROW, assert_accessible
from tests.e2e.demo_page_harness import LONG_TIMEOUT_MS, Visitor, key
from tests.e2e.running_demo import Ask, RunningDemo, play, take_trial


def test_each_kind_has_the_link_by_which_a_person_comes(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        async def opened(words: str, **body: object) -> None:
            payload = (await ask("POST", "growth", body))["payload"]
            friend = demo.system.person("Friend")
            await friend.sends(f"/start {payload}")
            assert words in friend.screen.text.replace("\u00a0", " "), friend.screen.text

        await opened("7 days", what="code")
        await opened("3 days free", what="ad")
        await opened("3 days free", what="invite", user_id=person.user_id)
        await take_trial(person)
        await opened("You were given Standard, 1 month", what="gift", user_id=person.user_id)
        codes = [(await ask("POST", "growth", {"what": "code"}))["payload"] for _ in range(2)]
        assert codes[0] == codes[1], "one code for all who ask"
        gifts = [await ask("POST", "growth", {"what": "gift", "user_id": person.user_id}) for _ in range(2)]
        assert gifts[0] != gifts[1], "each gift is bought"

    play(demo, scenario)


def test_trials_are_limited_and_not_any_more(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        assert (await ask("GET", "state"))["trials_a_day"] == 0
        assert await ask("POST", "growth", {"what": "budget"}) == {"trials_a_day": 1}
        assert (await ask("GET", "state"))["trials_a_day"] == 1
        seen = []
        for name in ("First", "Second"):
            newcomer = demo.system.person(name)
            await take_trial(newcomer)
            seen.append("all taken" in newcomer.screen.text)
        assert seen == [False, True]
        assert await ask("POST", "growth", {"what": "budget"}) == {"trials_a_day": 0}

    play(demo, scenario)


@pytest.mark.parametrize("body", [{}, {"what": "luck"}, {"what": "gift"}, {"what": "invite", "user_id": "x"}])
def test_what_is_no_kind_is_refused(demo: RunningDemo, body: dict[str, object]) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        assert "error" in await ask("POST", "growth", body, 400)

    play(demo, scenario)


def clicks(page: Page, preset: str) -> None:
    """Click a button of the card, also on a narrow screen."""
    views = page.locator("#views button").last
    if views.is_visible():
        views.click()
    page.locator(f".preset-{preset}").click()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("en", "narrow"), ("ru", "wide")])
def test_one_click_shows_each(visitor: Visitor, language: str, width: str) -> None:
    page = visitor.opens(NARROW if width == "narrow" else DESKTOP, language)
    first = page.locator('.person[aria-pressed="true"] .person-name').inner_text()
    outcome = page.locator(".panel-growth .outcome")
    expected = {
        "growth_code": ("Use the code", "Применить"),
        "growth_invite": ("Try free", "Попробовать"),
        "growth_gift": ("Take", "Принять"),
        "growth_ad": ("Try free", "Попробовать"),
    }
    for preset, labels in expected.items():
        page.locator(".person").first.click()
        clicks(page, preset)
        button = key(page, labels[0] if language == "en" else labels[1])
        expect(button).to_be_visible(timeout=LONG_TIMEOUT_MS)
        expect(page.locator('.person[aria-pressed="true"] .person-name')).not_to_have_text(first)
    expect(outcome).not_to_be_empty()
    clicks(page, "growth_budget")
    expect(page.locator(".preset-growth_budget")).to_have_attribute("aria-pressed", "true")
    expect(outcome).to_contain_text("One more trial today" if language == "en" else "ещё один пробный")
    assert_accessible(page)
    clicks(page, "growth_budget")
    expect(page.locator(".preset-growth_budget")).to_have_attribute("aria-pressed", "false")
