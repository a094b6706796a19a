"""The webhook's response to each kind of update and error: no update blocks its queue, and none is lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import (
    AlreadyDecided,
    ClaimLost,
    Conflict,
    InvalidCall,
    ItemExists,
    Misconfigured,
    Retryable,
    StorageUnavailable,
    Unreachable,
)
from vpnbot.telegram.bot_api.incoming_update import ALLOWED_UPDATES, LARGEST_UPDATE_BYTES
from vpnbot.telegram.updates.receiver import Delivery
from vpnbot.usecases.decide import FactRejected
from vpnbot.usecases.ports import Metric

FROM = {"id": 42, "is_bot": False, "first_name": "A"}
CHAT = {"id": 42, "type": "private"}


class TestIgnoredUpdates:
    """The response is 200, the update is counted, and nothing else happens."""

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b"3",
            b'"x"',
            b"\xff\xfe",
            b"{}",
            b"[" * 100_000,
            b" " * (LARGEST_UPDATE_BYTES + 1),
        ],
        ids=lambda body: repr(body[:6]),
    )
    def test_a_body_that_is_no_update_is_ignored(self, harness: ChatHarness, body: bytes) -> None:
        assert harness.receive(body).status == 200
        self._assert_ignored(harness)

    @pytest.mark.parametrize(
        "update",
        [
            {"update_id": "1", "message": {"from": FROM, "chat": CHAT, "date": 1}},
            {"update_id": True, "message": {"from": FROM, "chat": CHAT, "date": 1}},
            {"update_id": 1},
            {"update_id": 1, "message": None},
            {"update_id": 1, "message": "text"},
            {"update_id": 1, "channel_post": {"chat": CHAT, "date": 1}},
            {"update_id": 1, "channel_post": {"chat": {"id": -1, "type": "channel"}, "date": 1}},
            {"update_id": 1, "inline_query": {"id": "1", "from": FROM, "query": "", "offset": ""}},
            {"update_id": 1, "poll_answer": {"poll_id": "1", "user": FROM}},
            {"update_id": 1, "kind_of_next_year": {"from": FROM}},
            {"update_id": 1, "message": {"chat": CHAT, "date": 1}},
            {"update_id": 1, "message": {"from": {"first_name": "A"}, "chat": CHAT}},
            {"update_id": 1, "message": {"from": {"id": "42"}, "chat": CHAT}},
            {"update_id": 1, "message": {"from": FROM, "chat": {"type": "private"}}},
            {"update_id": 1, "callback_query": {"id": "1", "from": None, "data": "try"}},
        ],
        ids=json.dumps,
    )
    def test_updates_of_other_kinds_and_without_a_sender_are_ignored(
        self, harness: ChatHarness, update: Update
    ) -> None:
        assert harness.deliver(update).status == 200
        self._assert_ignored(harness)

    @staticmethod
    def _assert_ignored(harness: ChatHarness) -> None:
        assert harness.telegram.calls == []
        assert not harness.quarantine.updates
        assert harness.shop.faults.passed == [], "the storage is not read"
        assert harness.shop.meter.counts == {Metric.UNKNOWN_UPDATES: 1}

    def test_the_allowed_updates_are_exactly_the_kinds_that_the_dispatcher_handles(
        self, harness: ChatHarness
    ) -> None:
        assert set(ALLOWED_UPDATES) == set(harness.dispatcher.resolve_used_update_types())
        assert len(ALLOWED_UPDATES) == len(set(ALLOWED_UPDATES))

    @pytest.mark.parametrize("date", [-1, 0, 10**18, "yesterday", None])
    def test_an_update_of_unknown_age_is_handled(self, user: ChatUser, date: Any) -> None:
        assert user.harness.deliver(user.message(text="/start", date=date)).status == 200
        user.sees("3 days free")

    @pytest.mark.parametrize("date", [-1, 0, "yesterday", None])
    def test_an_update_of_unknown_age_that_fails_is_quarantined_at_once(self, user: ChatUser, date: Any) -> None:
        """Otherwise it would be requested again for a day, because its age never reaches the limit."""
        user.harness.shop.faults.at("query", StorageUnavailable("throttled"))
        assert user.harness.deliver(user.message(text="/start", date=date)).status == 200
        assert len(user.harness.quarantine.updates) == 1


class TestFailuresOfTelegram:
    """Telegram throttles, fails, does not response in time or rejects a call."""

    @pytest.mark.parametrize(
        ("refusal", "retry_after"),
        [
            (Refusal(429, "Too Many Requests: retry after 7", retry_after=7), 7),
            (Refusal(500, "Internal Server Error"), 1),
            (Refusal(502, "Bad Gateway"), 1),
            (Refusal(502), 1),
            (Refusal(0), 1),
        ],
        ids=["429", "500", "502", "502 in HTML", "timeout"],
    )
    def test_an_update_whose_reply_cannot_be_sent_is_requested_again(
        self, user: ChatUser, refusal: Refusal, retry_after: int
    ) -> None:
        user.harness.telegram.refuse("sendMessage", refusal)
        response = user.sends("/start")
        assert (response.status, response.retry_after_seconds) == (503, retry_after)
        assert user.harness.again().status == 200
        user.sees("3 days free")
        assert user.harness.shop.meter.counts[Metric.RETRIED] == 1

    def test_a_retry_after_is_at_most_an_hour_which_telegram_accepts(self, user: ChatUser) -> None:
        user.harness.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests", retry_after=5000))
        response = user.sends("/start")
        assert (response.status, response.retry_after_seconds) == (503, 3600)

    def test_an_update_whose_edit_times_out_twice_is_requested_again(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.telegram.refuse("editMessageText", Refusal(0), Refusal(0))
        user.taps("Settings")
        assert user.harness.answers[-1].status == 503
        assert user.harness.telegram.named()[-2:] == ["editMessageText", "editMessageText"]

    def test_a_throttled_edit_is_not_repeated_within_the_request(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.telegram.refuse("editMessageText", Refusal(429, "Too Many Requests", retry_after=3))
        user.taps("Settings")
        assert user.harness.answers[-1].retry_after_seconds == 3
        assert user.harness.telegram.named().count("editMessageText") == 1 + 1, "one of the trial, and this one"

    def test_an_edit_that_changes_nothing_is_a_success(self, user: ChatUser) -> None:
        situations.running(user)
        user.taps("Settings")
        calls = len(user.harness.telegram.calls)
        user.harness.deliver(user.tap("settings", user.screen.id))
        response = user.harness.answers[-1]
        assert response.status == 200
        assert response.method == {"method": "answerCallbackQuery", "callback_query_id": "777"}
        assert len(user.harness.telegram.calls) == calls + 1

    @pytest.mark.parametrize(
        "description",
        [
            "message to edit not found",
            "message can't be edited",
            "MESSAGE_ID_INVALID",
            "there is no text in the message to edit",
        ],
    )
    def test_a_new_message_replaces_one_that_cannot_be_edited(self, user: ChatUser, description: str) -> None:
        situations.running(user)
        before = len(user.chat)
        user.harness.telegram.refuse("editMessageText", Refusal(400, f"Bad Request: {description}"))
        user.taps("Settings")
        assert user.harness.answers[-1].status == 200
        assert len(user.chat) == before + 1
        user.sees("Language: English")

    @pytest.mark.parametrize(
        "refusal",
        [
            Refusal(403, "Forbidden: bot was blocked by the user"),
            Refusal(403, "Forbidden: user is deactivated"),
            Refusal(400, "Bad Request: chat not found"),
            Refusal(400, "Bad Request: PEER_ID_INVALID"),
            Refusal(400, "Bad Request: USER_IS_BLOCKED"),
            Refusal(400, "Bad Request: INPUT_USER_DEACTIVATED"),
            Refusal(400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
            Refusal(400, "Bad Request: not enough rights to send text messages to the chat"),
        ],
        ids=lambda refusal: refusal.words,
    )
    def test_an_update_of_an_unreachable_person_is_not_requested_again(
        self, user: ChatUser, refusal: Refusal
    ) -> None:
        user.harness.telegram.refuse("sendMessage", refusal)
        assert user.sends("/start").status == 200
        assert user.harness.shop.meter.counts[Metric.UNDELIVERED] == 1
        assert not user.harness.quarantine.updates

    def test_an_update_is_quarantined_when_the_token_was_revoked(self, user: ChatUser) -> None:
        user.harness.telegram.refuse("sendMessage", Refusal(401, "Unauthorized"))
        assert user.sends("/start").status == 200
        ((_, reason),) = user.harness.quarantine.updates
        assert reason == "Misconfigured"

    def test_an_update_whose_reply_telegram_rejects_as_malformed_is_quarantined(self, user: ChatUser) -> None:
        user.harness.telegram.refuse("sendMessage", Refusal(400, "Bad Request: can't parse entities"))
        response = user.sends("/start")
        assert response.status == 200
        assert len(user.harness.quarantine.updates) == 1


class TestStorageFailuresAndDeadline:
    """Throttling, conflicts, and the end of an invocation."""

    def test_an_update_with_three_conflicts_is_requested_again(self, user: ChatUser) -> None:
        situations.new(user)
        user.harness.shop.faults.at("commit.before", *(Conflict(str(n)) for n in range(3)))
        user.taps("Try free")
        assert user.harness.answers[-1].status == 503
        assert user.harness.shop.meter.counts[Metric.CONFLICTS] == 3
        assert user.harness.again().status == 200
        assert user.person.user.trial_used

    def test_a_message_and_a_tap_that_cross_are_both_handled(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        shop = user.harness.shop
        tap = user.tap("support", user.screen.id)
        before = shop.open(user.user_id)
        message = user.message(text="Hello?")
        user.harness.deliver(message)
        assert before.person.user.version < user.person.user.version
        user.harness.deliver(tap)
        user.sees("Write to us here")
        assert user.harness.telegram.messages(-100_500)[0].words == "Hello?"

    def test_a_reply_is_left_to_the_next_delivery_when_little_time_is_left(self, user: ChatUser) -> None:
        situations.new(user)
        user.harness.seconds_left = lambda: 1.5
        calls = len(user.harness.telegram.calls)
        user.taps("Try free")
        assert user.harness.answers[-1].status == 503
        assert len(user.harness.telegram.calls) == calls, "no call begins that might not end in time"
        user.harness.seconds_left = lambda: 20
        assert user.harness.again().status == 200
        user.sees("3 days")
        assert len(user.harness.shop.panel.made) == 1

    @pytest.mark.parametrize(
        ("minutes", "status", "quarantined"), [(0, 503, 0), (9, 503, 0), (11, 200, 1), (600, 200, 1)]
    )
    def test_a_message_that_fails_for_ten_minutes_is_quarantined(
        self, user: ChatUser, minutes: int, status: int, quarantined: int
    ) -> None:
        update = user.message(text="/start")
        user.harness.shop.clock.advance(timedelta(minutes=minutes))
        user.harness.shop.faults.at("query", StorageUnavailable("throttled"))
        assert user.harness.deliver(update).status == status
        assert len(user.harness.quarantine.updates) == quarantined

    def test_an_old_tap_is_not_quarantined_because_telegram_drops_it(self, user: ChatUser) -> None:
        situations.new(user)
        tap = user.tap("try", user.screen.id)
        user.harness.shop.clock.advance(timedelta(hours=5))
        user.harness.shop.faults.at("query", StorageUnavailable("throttled"))
        assert user.harness.deliver(tap).status == 503


class TestErrorPolicy:
    """Each kind of error has the response and the metric that the table of errors says."""

    @pytest.mark.parametrize(
        ("error", "status", "informed", "quarantined", "metric"),
        [
            (Retryable("later"), 503, False, 0, Metric.RETRIED),
            (Unreachable("gone"), 200, False, 0, Metric.UNDELIVERED),
            (AlreadyDecided("cause"), 200, False, 0, Metric.DUPLICATES),
            (ClaimLost("another's"), 200, False, 0, Metric.DUPLICATES),
            (PanelRejected(PanelTrouble.NO_INBOUND), 200, True, 0, Metric.REFUSED),
            (ItemExists("PROMO", "used"), 200, True, 1, Metric.BUGS),
            (Misconfigured("PANEL", "set it"), 200, True, 1, Metric.BUGS),
            (InvalidCall("DynamoDB: ValidationException"), 200, True, 1, Metric.BUGS),
            (FactRejected("cannot extend"), 200, True, 1, Metric.BUGS),
            (KeyError("x"), 200, True, 1, Metric.BUGS),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
    )
    def test_each_kind_of_error_has_its_response(
        self, user: ChatUser, error: Exception, status: int, informed: bool, quarantined: int, metric: Metric
    ) -> None:
        user.harness.shop.faults.at("query", error)
        response = user.sends("/start")
        assert response.status == status
        assert (response.method is not None) is informed
        assert len(user.harness.quarantine.updates) == quarantined
        assert user.harness.shop.meter.counts[metric] == 1


def test_people_who_are_served_in_several_threads_each_get_their_own_replies(harness: ChatHarness) -> None:
    people = [harness.user("en" if n % 2 else "ru", 1000 + n) for n in range(24)]

    def start_and_try(person: ChatUser) -> tuple[int, int]:
        hello, tap = (
            harness.receiver.receive(Delivery(json.dumps(update).encode(), None, lambda: 20.0)).status
            for update in (person.message(text="/start"), person.tap("try", None))
        )
        return hello, tap

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(start_and_try, people)) == {(200, 200)}
    for person in people:
        assert person.person.subscription.status is Status.TRIAL
        assert person.screen.words.startswith("🎉 3 days" if person.language == "en" else "🎉 3 дня")
