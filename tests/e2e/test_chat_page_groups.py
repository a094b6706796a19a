"""The chat page in a real browser: the operator's phone, a group with topics, files, edits, buttons of the bot."""

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from local.telegram.group_chat import GroupChat
from local.telegram.person import Person
from tests.e2e.browser_windows import DESKTOP, NARROW, PHONE, SCHEMES, BrowserWindows, Size, assert_accessible
from tests.e2e.chat_page_harness import ChatPageHarness

pytestmark = pytest.mark.browser


@dataclass
class Scene:
    """A customer, an operator, and their group with one topic."""

    harness: ChatPageHarness
    windows: BrowserWindows
    anna: Person
    operator: Person
    group: GroupChat
    topic: int = 0

    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the loop of the servers."""
        return self.harness.run(work)

    def call(self, method: str, **arguments: object) -> Any:
        """Make the bot call a method."""
        return self.run(self.harness.bot.call(method, **arguments))

    def opens(self, size: Size = DESKTOP, language: str = "en", *, dark: bool = False) -> Page:
        """Open the page with the operator's phone beside the customer's."""
        page = self.windows.open(f"{self.harness.address}/?lang={language}", size, dark=dark)
        expect(page.locator(".phone")).to_have_count(1)
        page.locator("#operator-phone").click()
        expect(page.locator(".phone")).to_have_count(2)
        return page


@pytest.fixture
def scene(browser: Browser) -> Iterator[Scene]:
    windows = BrowserWindows(browser)
    with ChatPageHarness() as harness:
        anna = harness.telegram.person("Anna", started=True)
        operator = harness.telegram.person("Support", started=True, operator=True)
        scene = Scene(harness, windows, anna, operator, harness.telegram.group_of_operators(operator))
        created = scene.call("createForumTopic", chat_id=scene.group.chat_id, name="Anna · #1")
        scene.topic = created["message_thread_id"]
        yield scene
        windows.close()
        assert windows.errors == []


def operators_phone(page: Page) -> Locator:
    """Return the operator's phone, which is beside the customer's."""
    return page.locator(".phone").nth(1)


def open_topic(page: Page, scene: Scene) -> Locator:
    """Open the topic on the operator's phone; return the phone."""
    phone = operators_phone(page)
    phone.locator(".place").nth(1).click()
    phone.locator(f'[data-topic="{scene.topic}"]').click()
    expect(phone.locator(".bot-name")).to_have_text("Anna · #1")
    return phone


def say(scene: Scene, text: str, **more: object) -> int:
    """Make the bot write in the topic; return the message's id."""
    place = {"chat_id": scene.group.chat_id, "message_thread_id": scene.topic}
    sent = scene.call("sendMessage", **place, text=text, **more)
    return int(sent["message_id"])


def test_the_operator_reads_a_topic_and_answers_in_it(scene: Scene) -> None:
    page = scene.opens()
    phone = operators_phone(page)
    question = say(scene, "It does not connect")
    expect(phone.locator(".place.unread")).to_have_text("Operators · Операторы")
    phone.locator(".place").nth(1).click()
    expect(phone.locator(".topic").first).to_contain_text("Anna · #1")
    expect(phone.locator(".topic.unread")).to_contain_text("It does not connect")
    expect(phone.locator(".composer")).to_be_hidden()
    open_topic(page, scene)
    phone.locator(".message.bot .reply").last.click()
    phone.locator("textarea").fill("Which app?")
    phone.locator(".send").click()
    expect(phone.locator(".message.own")).to_contain_text("Which app?")
    expect(phone.locator(".message.own .quote")).to_have_text("It does not connect")
    answer = scene.group.messages(scene.topic)[-1]
    assert (answer.reply_to, answer.sender_id) == (question, scene.operator.user_id)
    phone.locator(".back").click()
    expect(phone.locator(".topic.unread")).to_have_count(0)
    phone.locator('[data-topic="general"]').click()
    expect(phone.locator(".message")).to_have_count(0)
    expect(page.locator(".phone").first.locator(".places")).to_be_hidden()


def test_reactions_keys_and_the_end_of_a_topic_are_shown(scene: Scene) -> None:
    page = scene.opens()
    phone = open_topic(page, scene)
    keyboard = {"inline_keyboard": [[{"text": "✅ Close", "callback_data": "close"}]]}
    card = say(scene, "👤 Anna", reply_markup=keyboard)
    reaction = [{"type": "emoji", "emoji": "👌"}]
    scene.call("setMessageReaction", chat_id=scene.group.chat_id, message_id=card, reaction=reaction)
    expect(phone.locator(".reactions")).to_have_text("👌")
    phone.get_by_role("button", name="Close", exact=False).last.click()
    [tap] = scene.harness.telegram.conversations.taps.values()
    assert (tap.chat_id, tap.message_id, tap.account) == (scene.group.chat_id, card, scene.operator.account)
    topic = {"chat_id": scene.group.chat_id, "message_thread_id": scene.topic}
    scene.call("closeForumTopic", **topic)
    expect(phone.locator(".composer")).to_be_hidden()
    expect(phone.locator(".message.service").last).to_contain_text("closed the topic")
    scene.call("deleteForumTopic", **topic)
    expect(phone.locator(".topic")).to_have_count(1)
    expect(phone.locator(".message")).to_have_count(0)


def test_a_customer_sends_files_and_an_album_and_edits_a_message(scene: Scene) -> None:
    page = scene.opens()
    phone = page.locator(".phone").first
    for entry, drawn in (
        ("Picture", ".photo"),
        ("Voice message", ".labelled"),
        ("Sticker", ".sticker"),
        ("File", ".document"),
    ):
        phone.locator(".attach-menu summary").click()
        phone.locator(".attach-menu button", has_text=entry).click()
        expect(phone.locator(f".message.own {drawn}")).to_have_count(1)
    phone.locator("textarea").fill("two screens")
    phone.locator(".attach-menu summary").click()
    phone.locator(".attach-menu button", has_text="Album").click()
    expect(phone.locator(".message.own .photo")).to_have_count(3)
    album = [message for message in scene.anna.messages if message.album]
    assert [message.text for message in album] == ["two screens", ""]
    assert len({message.album for message in album}) == 1
    item = phone.locator(f'[data-message-id="{album[0].message_id}"]')
    item.hover()
    item.locator(".edit").click()
    expect(phone.locator("textarea")).to_have_value("two screens")
    phone.locator("textarea").fill("three screens")
    phone.locator(".send").click()
    expect(item).to_contain_text("three screens")
    expect(item.locator(".meta")).to_contain_text("edited")
    expect(phone.locator(".replying")).to_be_hidden()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)


def test_buttons_below_the_input_choose_a_person(scene: Scene) -> None:
    page = scene.opens()
    phone = operators_phone(page)
    rows = [[{"text": "👤 Choose", "request_users": {"request_id": 3}}], ["✖️ Cancel"]]
    scene.call("sendMessage", chat_id=scene.operator.user_id, text="Whom?", reply_markup={"keyboard": rows})
    phone.locator(".reply-keyboard").get_by_role("button", name="Choose").click()
    phone.locator(".reply-keyboard").get_by_role("button", name="Anna").click()
    expect(phone.locator(".message.service")).to_have_text("A person was chosen")
    shared = scene.harness.telegram.conversations.messages_of(scene.operator.user_id)[-1].service["users_shared"]
    assert shared == {"request_id": 3, "users": [{"user_id": scene.anna.user_id}]}
    scene.call("sendMessage", chat_id=scene.operator.user_id, text="Done", reply_markup={"remove_keyboard": True})
    expect(phone.locator(".reply-keyboard")).to_be_hidden()


@pytest.mark.parametrize(
    ("size", "language", "dark"),
    [(DESKTOP, "en", False), (DESKTOP, "ru", True), (PHONE, "ru", True), (NARROW, "ru", False)],
)
def test_the_group_fits_the_screen_and_axe_finds_no_violation(
    scene: Scene, size: Size, language: str, dark: bool
) -> None:
    page = scene.opens(size, language, dark=dark)
    say(scene, "A rather long question about a television that does not connect to the internet")
    phone = operators_phone(page)
    phone.locator(".place").nth(1).click()
    assert_accessible(page)
    open_topic(page, scene)
    phone.locator("textarea").fill("Ok")
    phone.locator(".send").click()
    expect(phone.locator(".message.own")).to_have_count(1)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
