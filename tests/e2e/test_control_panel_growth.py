"""The control panel's card about what brings customers: each kind of link, and the limit of trials."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from local.control_panel.chat_steps import buys
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


JUMP_TIMEOUT_MS = 90_000
"""Five weeks pass, on a machine that may be busy."""

OFFER = "We'd like to have you back"


def offers(person: Person) -> int:
    """Count the messages with a discount to come back."""
    return sum(OFFER in message.text for message in person.messages)


async def comes_back(ask: Ask, person: Person) -> str:
    """Ask for the discount to come back; return what the panel answers."""
    return str((await ask("POST", "growth", {"what": "winback", "user_id": person.user_id}))["winback"])


def test_a_person_on_trial_is_brought_to_the_discount_to_come_back(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await take_trial(person)
        began = demo.system.clock.now()
        assert await comes_back(ask, person) == "offered"
        passed = demo.system.clock.now() - began
        assert timedelta(days=36) <= passed < timedelta(days=37), "the trial, a month, and three days"
        assert offers(person) == 1
        assert OFFER in person.screen.text
        await person.sends("/start")
        assert "VPN is off" in person.screen.text
        moment = demo.system.clock.now()
        assert await comes_back(ask, person) == "recent"
        assert demo.system.clock.now() - moment < timedelta(minutes=1), "a refusal lets no time pass"
        assert offers(person) == 1

    play(demo, scenario)


def test_an_offer_that_waits_is_only_waited_for(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await person.sends("/plans")
        await buys(person, demo.system.telegram, demo.system.settle)
        await demo.system.advance(timedelta(days=31))
        assert await comes_back(ask, person) == "offered"
        assert len(demo.system.ledger.entries(person.user_id, "win-back offered")) == 1
        assert sum("received" in message.text for message in person.messages) == 1, "nothing is bought again"

    play(demo, scenario)


def test_the_discount_to_come_back_keeps_the_sending_hours(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        accounts = demo.system.telegram.conversations.accounts.values()
        staff = demo.system.telegram.person_by_id(next(each.user_id for each in accounts if each.operator))

        async def sending_hours(words: str) -> None:
            await staff.sends("/admin")
            await staff.taps_data("shop:setting:sending_hours", on=staff.screen)
            await staff.sends(words)

        opens = (demo.system.clock.now() + timedelta(hours=6)).hour
        await sending_hours(f"{opens}-{(opens + 3) % 24}")
        assert await comes_back(ask, person) == "offered"
        assert demo.system.clock.now().hour == opens, "it came at the first hour of the window"
        await sending_hours("-")

    play(demo, scenario)


def test_why_there_is_no_discount_to_come_back(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await person.sends("/start")
        began = demo.system.clock.now()
        await person.taps_data("news:off", on=person.screen)
        assert await comes_back(ask, person) == "news"
        await person.blocks_bot()
        assert await comes_back(ask, person) == "blocked"
        renewing = demo.system.person("Renewing")
        await renewing.sends("/plans")
        for data in ("buy:standard", "buy:standard:30d", "buy:standard:30d:stars:0", "buy:standard:30d:stars:0r"):
            await renewing.taps_data(data, on=renewing.screen)
        await buys(renewing, demo.system.telegram, demo.system.settle)
        assert await comes_back(ask, renewing) == "renews"
        assert demo.system.clock.now() - began < timedelta(minutes=2), "a refusal lets no time pass"

    play(demo, scenario)


@pytest.mark.parametrize(
    "body", [{}, {"what": "winback"}, {"what": "luck"}, {"what": "gift"}, {"what": "invite", "user_id": "x"}]
)
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


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("en", "narrow"), ("ru", "wide")])
def test_one_click_brings_to_the_discount_to_come_back_or_says_why_not(
    visitor: Visitor, language: str, width: str
) -> None:
    english = language == "en"
    page = visitor.opens(NARROW if width == "narrow" else DESKTOP, language)
    outcome = page.locator(".panel-growth .outcome")
    clicks(page, "growth_winback")
    done = "a discount is offered" if english else "предложена скидка"
    expect(outcome).to_contain_text(done, timeout=JUMP_TIMEOUT_MS)
    expect(page.locator(".bubble", has_text=OFFER if english else "Будем рады, если вернётесь")).to_have_count(1)
    assert_accessible(page)
    clicks(page, "growth_winback")
    expect(outcome).to_contain_text("180 days" if english else "180 дней", timeout=LONG_TIMEOUT_MS)
    page.locator('.preset-growth_winback[aria-busy="false"]').wait_for()
