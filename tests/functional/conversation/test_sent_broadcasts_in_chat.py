"""What a member of the staff does with a broadcast that was sent: correct it, send it again, delete it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram.methods import EditMessageCaption, EditMessageMedia

from tests.functional.conversation.broadcasting import the_only, writes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.broadcasts.broadcast import Figures
from vpnbot.domain.broadcasts.delivery import Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff.acts import month_of


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def sent(harness: ChatHarness, admin: ChatUser) -> None:
    """Send a broadcast to everybody."""
    harness.passes(minutes=1)
    writes(admin)
    admin.taps("🚀 Send")
    admin.taps("✅ Send")
    harness.shop.settles(minutes=3)
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("We have")


def test_the_text_is_corrected_after_the_start_and_people_see_it(harness: ChatHarness, admin: ChatUser) -> None:
    user = harness.user("en", 100)
    user.sends("/start")
    sent(harness, admin)
    admin.taps("✏️ Correct")
    admin.sees("Send the new text")
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    harness.deliver(admin.message(photo=photo, caption="Two", media_group_id="1"))
    admin.sees("Albums can't have buttons", "Send the new text")
    admin.sends("We have two new servers")
    admin.sees("Delivered to 2 of 2", "Correcting what was sent")
    harness.shop.settles(minutes=3)
    assert [message.words for message in user.chat if "We have" in message.words] == ["We have two new servers"]
    assert not the_only(harness).correcting
    log = harness.shop.staff.acts.page(month_of(harness.shop.clock()), limit=9)
    assert sorted(act.kind for act in log) == ["correct_sent", "send"]


def test_a_file_is_corrected_after_the_start_and_then_only_its_text(harness: ChatHarness, admin: ChatUser) -> None:
    user = harness.user("en", 100)
    user.sends("/start")
    sent(harness, admin)
    admin.taps("✏️ Correct")
    photo = [{"file_id": "a-map", "file_unique_id": "b", "width": 1, "height": 1}]
    harness.deliver(admin.message(photo=photo, caption="We have a map"))
    harness.shop.settles(minutes=3)
    edits = [call for call in harness.telegram.calls if isinstance(call, EditMessageMedia)]
    shown = {(call.chat_id, call.media.type, call.media.media, call.media.caption) for call in edits}
    assert shown == {(each, "photo", "a-map", "We have a map") for each in (100, admin.user_id)}
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("We have")
    admin.taps("✏️ Correct")
    admin.sees("Telegram can replace a file, but not remove it")
    admin.sends("We have a new map")
    harness.shop.settles(minutes=3)
    last = [call for call in harness.telegram.calls if isinstance(call, EditMessageMedia)][-1]
    assert (last.media.media, last.media.caption) == ("a-map", "We have a new map"), "the file goes with the text"


def test_the_caption_of_a_file_that_was_not_replaced_is_edited_alone(harness: ChatHarness, admin: ChatUser) -> None:
    harness.passes(minutes=1)
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("New broadcast")
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    harness.deliver(admin.message(photo=photo, caption="A picture"))
    admin.taps("🚀 Send")
    admin.taps("✅ Send")
    harness.shop.settles(minutes=3)
    admin.taps("✏️ Correct")
    admin.sends("Another text")
    harness.shop.settles(minutes=3)
    (edit,) = [call for call in harness.telegram.calls if isinstance(call, EditMessageCaption)]
    assert (edit.chat_id, edit.caption) == (admin.user_id, "Another text")


def test_the_language_of_a_correction_is_asked_if_there_are_two(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("✏️ Русский")
    admin.sends("У нас новый сервер")
    harness.passes(minutes=1)
    admin.taps("🚀 Send")
    admin.taps("✅ Send")
    admin.taps("✏️ Correct")
    admin.sees("In which language?")
    admin.taps("Русский")
    admin.sends("У нас два новых сервера")
    assert the_only(harness).contents["ru"].html == "У нас два новых сервера"
    assert the_only(harness).contents["en"].html == "We have a new server"


def test_the_unsure_are_sent_it_again_after_a_question_once(harness: ChatHarness, admin: ChatUser) -> None:
    sent(harness, admin)
    broadcast = the_only(harness)
    delivery = harness.shop.staff.deliveries.get(broadcast.id, admin.person.id)
    assert delivery is not None
    harness.shop.staff.deliveries.end(broadcast.id, delivery, replace(delivery, outcome=Outcome.UNSURE))
    entry = Entry("act:1:99", "counted", harness.shop.clock(), "clock")
    counted = replace(broadcast, figures=Figures(unsure=1))
    harness.shop.staff.broadcasts.save(broadcast, counted, entry)
    admin.taps("📣 All broadcasts")
    admin.taps("We have")
    admin.taps("🔁 Send to the unsure")
    admin.sees("Send to 1 person we are unsure about?")
    yes = next(button for row in admin.screen.buttons for button in row if "✅" in button.text)
    question = admin.screen.id
    for _ in range(5):
        harness.deliver(admin.tap(yes.callback_data, question))
    harness.shop.settles(minutes=3)
    assert [message.words for message in admin.chat].count("We have a new server") == 3, "the preview, and twice sent"
    assert the_only(harness).figures == Figures(sent=1)
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("We have")
    assert not any("🔁" in label for row in admin.screen.labels for label in row)


def test_what_is_older_than_48_hours_is_not_offered_for_deletion(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    admin.taps("🚀 Send")
    admin.taps("✅ Send")
    admin.taps("Stop")
    harness.shop.clock.advance(timedelta(hours=48))
    admin.sends("/admin")
    admin.taps("📣 Broadcasts")
    admin.taps("⏹ We have")
    assert admin.screen.labels == [["✏️ Correct"], ["📣 All broadcasts"]]
