"""The control panel's VPN apps: each loads a person's link, and a device without a place shows why."""

import pytest
from playwright.sync_api import expect

from local.telegram.person import Person
from tests.e2e.browser_windows import NARROW, assert_accessible
from tests.e2e.demo_page_harness import Visitor, takes_the_trial
from tests.e2e.running_demo import Ask, RunningDemo, play, take_trial

LIMIT = "📱 Device limit · remove one in bot"


def test_apps_on_two_devices_take_the_places_and_the_third_reads_why(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        body = {"user_id": person.user_id, "app": "happ", "device": "phone"}
        assert await ask("POST", "apps", body) == {"servers": [], "connects": False}
        await take_trial(person)
        apps = [("happ", "phone"), ("v2raytun", "phone"), ("happ", "laptop"), ("happ", "phone")]
        bodies = [{"user_id": person.user_id, "app": app, "device": device} for app, device in apps]
        answers = [await ask("POST", "apps", body) for body in bodies]
        assert [answer["connects"] for answer in answers] == [True, True, False, True]
        assert [len(answer["servers"]) for answer in answers] == [3, 3, 1, 3]
        assert answers[2]["servers"] == [LIMIT]

    play(demo, scenario)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_shows_what_an_app_lists(visitor: Visitor, language: str) -> None:
    page = visitor.opens(NARROW, language)
    page.locator("#views button").last.click()
    outcome = page.locator(".panel-devices .outcome")
    page.locator('[data-word="loads_happ_phone"]').click()
    expect(outcome).to_contain_text("no link yet" if language == "en" else "ссылки ещё нет")
    page.locator("#views button").first.click()
    takes_the_trial(page)
    page.locator("#views button").last.click()
    page.locator('[data-word="loads_v2raytun_phone"]').click()
    expect(outcome).to_contain_text("Netherlands" if language == "en" else "Нидерланды")
    page.locator('[data-word="loads_happ_laptop"]').click()
    expect(outcome).to_contain_text("laptop" if language == "en" else "ноутбуке")
    page.locator('[data-word="loads_happ_phone"]').click()
    expect(outcome).to_contain_text("Device limit" if language == "en" else "Лимит устройств")
    assert_accessible(page)
