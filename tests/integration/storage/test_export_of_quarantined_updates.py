"""The file with a person's data describes the updates that could not be handled, also those about money."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.shop import Shop
from tests.functional.conversation.harness import ChatHarness, Language
from tests.integration.storage.test_quarantine_on_dynamodb import Queue
from vpnbot.storage.people.quarantine import StoredQuarantine
from vpnbot.storage.table import Record
from vpnbot.telegram.messages.callbacks import Action

DESCRIPTIONS: dict[Language, list[str]] = {
    "en": [
        "News about your payment. An error on our side stopped it, so we keep it: your money is not lost.",
        "Your message. An error on our side stopped it, so we keep it to try again.",
        "Your tap on a button. An error on our side stopped it, so we keep it to try again.",
        "News from Telegram about this chat. An error on our side stopped it, so we keep it to try again.",
    ],
    "ru": [
        "Сведения о вашей оплате. Их остановила ошибка на нашей стороне, мы их храним: деньги не потеряются.",
        "Ваше сообщение. Его остановила ошибка на нашей стороне, мы храним его, чтобы попробовать ещё раз.",
        "Ваше нажатие на кнопку. Его остановила ошибка на нашей стороне, мы храним его, чтобы попробовать ещё раз.",
        "Сведения от Telegram об этом чате. Их остановила ошибка на нашей стороне, мы их храним, чтобы попробовать "
        "ещё раз.",
    ],
}
PAID = {"update_id": 9, "message": {"date": 1, "successful_payment": {"total_amount": 100}}}
TEXT = {"update_id": 5, "message": {"date": 1, "text": "private words"}}
TAP = {"update_id": 7, "callback_query": {"data": "home"}}
MEMBER = {"update_id": 8, "my_chat_member": {"date": 1}}


def download(shop: Shop, language: Language) -> str:
    """Return the file that a person downloads in the chat."""
    user = ChatHarness(shop).user(language)
    user.harness.deliver(user.tap(Action.DOWNLOAD))
    assert user.screen.document is not None
    return user.screen.document.decode()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_file_has_each_update_once_with_its_time_in_words(shop: Shop, language: Language) -> None:
    ChatHarness(shop).user(language).sends("/start")
    quarantine, sent_at = StoredQuarantine(Queue(), shop.clock), shop.clock()
    stored = [(PAID, sent_at, True), (TEXT, sent_at + timedelta(minutes=1), False), (TAP, None, False)]
    shop.clock.advance(timedelta(minutes=3))
    for update, at, about_money in stored:
        quarantine.put(shop.person_id(), update, "KeyError", sent_at=at, about_money=about_money)
    quarantine.put(shop.person_id(), MEMBER, "KeyError", sent_at=sent_at + timedelta(minutes=4))
    text = download(shop, language)
    times = ["2026-03-01 12:00:00+00:00", "2026-03-01 12:01:00+00:00", "2026-03-01 12:03:00+00:00"]
    times.append("2026-03-01 12:04:00+00:00")
    expected = [
        {"what": what, "sent_at": at, "kept_until": "2026-03-15 12:03:00+00:00", "received_from_telegram": update}
        for what, at, update in zip(DESCRIPTIONS[language], times, (PAID, TEXT, TAP, MEMBER), strict=True)
    ]
    written = json.dumps({"not_handled_yet": expected}, ensure_ascii=False, indent=2)
    assert written.removeprefix("{").removesuffix("\n}") in text
    document = json.loads(text)
    assert [entry["what"] for entry in document["history"]] == ["met"]
    assert "QUARANTINED" not in text


@pytest.mark.parametrize(
    ("update", "at", "sent_at"),
    [
        (TEXT, "2026-03-01T12:01:00.000000Z", "2026-03-01 12:01:00+00:00"),
        (PAID, None, "2026-03-01 12:00:00+00:00"),
    ],
)
def test_an_update_that_an_earlier_release_stored_has_the_time_of_its_quarantine(
    shop: Shop, update: dict[str, Any], at: str | None, sent_at: str
) -> None:
    ChatHarness(shop).user().sends("/start")
    expires_at = int((shop.clock() + timedelta(days=14)).timestamp())
    body = {"update": json.dumps(update), "reason": "KeyError"}
    Record(
        f"{shop.person_id()}#LOG", f"QUARANTINED#{update['update_id']}", body=body, at=at, expires_at=expires_at
    ).save()
    (exported,) = json.loads(download(shop, "en"))["not_handled_yet"]
    assert exported["sent_at"] == sent_at
    assert exported["received_from_telegram"] == update
