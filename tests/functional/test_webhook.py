"""What Telegram's server is answered, case by case: no queue is blocked for ever, nothing done twice or lost."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from logging import StreamHandler
from typing import Any

import pytest

from tests.fakes.faults import Crash
from tests.functional.conversation import situations
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble
from vpnbot.domain.subscriptions.subscription import Status
from vpnbot.errors import (
    AlreadyDecided,
    ClaimLost,
    Conflict,
    ItemExists,
    Misconfigured,
    Rejected,
    Retryable,
    StorageUnavailable,
    Unreachable,
)
from vpnbot.telegram.bot_api.incoming import ALLOWED_UPDATES
from vpnbot.telegram.updates.receiver import LARGEST_UPDATE_BYTES, Delivery
from vpnbot.usecases.decide import FactRejected
from vpnbot.usecases.ports import Metric

STEPS = 12
FROM = {"id": 42, "is_bot": False, "first_name": "A"}
CHAT = {"id": 42, "type": "private"}


@pytest.fixture
def harness() -> ChatHarness:
    """A bot in memory."""
    return ChatHarness()


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person who speaks English."""
    return harness.user()


class TestWhatIsNoneOfOurBusiness:
    """Answered 200, counted, and nothing else happens."""

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
    def test_what_is_no_update_is_ignored(self, harness: ChatHarness, body: bytes) -> None:
        assert harness.receive(body).status == 200
        self._untouched(harness)

    @pytest.mark.parametrize(
        "update",
        [
            {"update_id": "1", "message": {"from": FROM, "chat": CHAT, "date": 1}},
            {"update_id": True, "message": {"from": FROM, "chat": CHAT, "date": 1}},
            {"update_id": 1},
            {"update_id": 1, "message": None},
            {"update_id": 1, "message": "text"},
            {"update_id": 1, "edited_message": {"from": FROM, "chat": CHAT, "date": 1}},
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
    def test_updates_that_we_did_not_ask_for_or_cannot_answer_are_ignored(
        self, harness: ChatHarness, update: Update
    ) -> None:
        assert harness.deliver(update).status == 200
        self._untouched(harness)

    @staticmethod
    def _untouched(harness: ChatHarness) -> None:
        assert harness.telegram.calls == []
        assert not harness.quarantine.updates
        assert harness.shop.faults.passed == [], "the table was not even asked"
        assert harness.shop.meter.counts == {Metric.UNKNOWN_UPDATES: 1}

    def test_what_telegram_is_asked_for_is_exactly_what_the_dispatcher_handles(self, harness: ChatHarness) -> None:
        assert set(ALLOWED_UPDATES) == set(harness.dispatcher.resolve_used_update_types())
        assert len(ALLOWED_UPDATES) == len(set(ALLOWED_UPDATES))

    @pytest.mark.parametrize("date", [-1, 0, 10**18, "yesterday", None])
    def test_an_update_that_aiogram_cannot_read_is_parked_and_its_queue_runs_on(
        self, user: ChatUser, date: Any
    ) -> None:
        answer = user.harness.deliver(user.message(text="/start", date=date))
        assert answer.status == 200
        assert bool(user.harness.quarantine.updates) is not bool(user.chat), "either handled, or parked"


class TestOnce:
    """A cause decides at most once, however often it is delivered."""

    def test_a_trial_delivered_five_times_is_one_trial(self, user: ChatUser) -> None:
        situations.key_ready(user)
        for _ in range(4):
            assert user.harness.again().status == 200
        user.sees("3 days", "What shall we connect?")
        assert len(user.harness.shop.panel.made) == 1
        assert user.harness.shop.meter.counts[Metric.TRIALS] == 1
        assert len(user.chat) == 1

    @pytest.mark.parametrize("label", ["Tell me when plans open", "Settings", "Write to us"])
    def test_any_tap_delivered_twice_ends_where_it_ended(self, user: ChatUser, label: str) -> None:
        situations.expired(user)
        user.taps(label)
        first, history = user.screen.words, user.harness.shop.history()
        assert user.harness.again().status == 200
        assert user.screen.words == first
        assert user.harness.shop.history() == history

    @pytest.mark.parametrize("step", range(STEPS))
    def test_a_crash_after_each_step_and_a_redelivery_lead_to_the_same_screen(
        self, user: ChatUser, step: int
    ) -> None:
        situations.new(user)
        tap = user.tap("try", user.screen.id)
        user.harness.shop.faults.crash_at_step(step)
        try:
            user.harness.deliver(tap)
        except Crash:
            user.harness.deliver(tap)
        user.harness.shop.faults.clear()
        user.harness.passes(minutes=3)
        assert user.person.subscription.status is Status.TRIAL
        assert len(user.harness.shop.panel.made) == 1
        assert user.screen.words.startswith(("🎉", "⏳"))
        user.sends("/start")
        user.sees("🟢 Active")

    def test_the_steps_above_are_all_there_are(self, user: ChatUser) -> None:
        situations.new(user)
        before = len(user.harness.shop.faults.passed)
        user.taps("Try free")
        assert len(user.harness.shop.faults.passed) - before <= STEPS

    @pytest.mark.parametrize("point", ["query", "commit.before", "commit.after", "panel.apply.before"])
    def test_a_failure_at_each_point_asks_for_the_update_again_and_that_mends_it(
        self, user: ChatUser, point: str
    ) -> None:
        situations.new(user)
        user.harness.shop.faults.at(point, StorageUnavailable("throttled"))
        answer = user.harness.deliver(user.tap("try", user.screen.id))
        assert answer.status == 503
        assert answer.retry_after_seconds == 1
        assert user.harness.again().status == 200
        assert len(user.harness.shop.panel.made) == 1

    def test_a_first_contact_that_fails_after_its_commit_is_not_a_second_person(self, user: ChatUser) -> None:
        user.harness.shop.faults.at("commit.after", StorageUnavailable("the answer was lost"))
        assert user.sends("/start ref_7").status == 503
        assert user.harness.again().status == 200
        assert user.person.user.came_from == "ref_7"
        assert len(user.harness.shop.history()) == 1


class TestTelegramSaysNo:
    """Telegram throttles, fails, is late or refuses."""

    @pytest.mark.parametrize(
        ("refusal", "after"),
        [
            (Refusal(429, "Too Many Requests: retry after 7", retry_after=7), 7),
            (Refusal(500, "Internal Server Error"), 1),
            (Refusal(502, "Bad Gateway"), 1),
            (Refusal(502), 1),
            (Refusal(0), 1),
        ],
        ids=["429", "500", "502", "502 in HTML", "time-out"],
    )
    def test_a_message_that_could_not_be_answered_is_asked_for_again(
        self, user: ChatUser, refusal: Refusal, after: int
    ) -> None:
        user.harness.telegram.refuse("sendMessage", refusal)
        answer = user.sends("/start")
        assert (answer.status, answer.retry_after_seconds) == (503, after)
        assert user.harness.again().status == 200
        user.sees("3 days free")
        assert user.harness.shop.meter.counts[Metric.RETRIED] == 1

    def test_an_edit_that_is_late_twice_is_asked_for_again(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.telegram.refuse("editMessageText", Refusal(0), Refusal(0))
        user.taps("Settings")
        assert user.harness.answers[-1].status == 503
        assert user.harness.telegram.named()[-2:] == ["editMessageText", "editMessageText"]

    def test_a_throttled_edit_is_not_pressed_on(self, user: ChatUser) -> None:
        situations.running(user)
        user.harness.telegram.refuse("editMessageText", Refusal(429, "Too Many Requests", retry_after=3))
        user.taps("Settings")
        assert user.harness.answers[-1].retry_after_seconds == 3
        assert user.harness.telegram.named().count("editMessageText") == 1 + 1, "the trial's, and this one"

    def test_an_edit_to_what_is_there_already_is_a_success(self, user: ChatUser) -> None:
        situations.running(user)
        user.taps("Settings")
        calls = len(user.harness.telegram.calls)
        user.harness.deliver(user.tap("settings", user.screen.id))
        answer = user.harness.answers[-1]
        assert answer.status == 200
        assert answer.method == {"method": "answerCallbackQuery", "callback_query_id": "777"}
        assert len(user.harness.telegram.calls) == calls + 1

    @pytest.mark.parametrize(
        "words",
        [
            "message to edit not found",
            "message can't be edited",
            "MESSAGE_ID_INVALID",
            "there is no text in the message to edit",
        ],
    )
    def test_a_message_that_cannot_be_edited_is_sent_anew(self, user: ChatUser, words: str) -> None:
        situations.running(user)
        before = len(user.chat)
        user.harness.telegram.refuse("editMessageText", Refusal(400, f"Bad Request: {words}"))
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
        ],
        ids=lambda refusal: refusal.words,
    )
    def test_somebody_who_cannot_be_reached_is_no_reason_to_come_again(
        self, user: ChatUser, refusal: Refusal
    ) -> None:
        user.harness.telegram.refuse("sendMessage", refusal)
        assert user.sends("/start").status == 200
        assert user.harness.shop.meter.counts[Metric.UNDELIVERED] == 1
        assert not user.harness.quarantine.updates

    def test_what_telegram_refuses_as_malformed_is_a_bug_of_ours(self, user: ChatUser) -> None:
        user.harness.telegram.refuse("sendMessage", Refusal(400, "Bad Request: can't parse entities"))
        answer = user.sends("/start")
        assert answer.status == 200
        assert len(user.harness.quarantine.updates) == 1


class TestStorageAndTime:
    """Throttling, races, and the end of an invocation."""

    def test_conflicts_are_decided_again_and_after_three_asked_for_again(self, user: ChatUser) -> None:
        situations.new(user)
        user.harness.shop.faults.at("commit.before", *(Conflict(str(n)) for n in range(3)))
        user.taps("Try free")
        assert user.harness.answers[-1].status == 503
        assert user.harness.shop.meter.counts[Metric.CONFLICTS] == 3
        assert user.harness.again().status == 200
        assert user.person.user.trial_used

    def test_a_message_and_a_tap_at_once_both_come_true(self, user: ChatUser) -> None:
        situations.new(user)
        user.taps("Write to us")
        shop = user.harness.shop
        tap_in_between = user.tap("support", user.screen.id)
        stale = shop.open(user.user_id)
        message = user.message(text="Hello?")
        user.harness.deliver(message)
        assert stale.person.user.version < user.person.user.version
        user.harness.deliver(tap_in_between)
        user.sees("Write your question here")
        assert len(user.harness.telegram.messages(-100_500)) == 1

    def test_time_that_is_nearly_out_leaves_speaking_to_the_next_delivery(self, user: ChatUser) -> None:
        situations.new(user)
        user.harness.seconds_left = lambda: 1.5
        calls = len(user.harness.telegram.calls)
        user.taps("Try free")
        assert user.harness.answers[-1].status == 503
        assert len(user.harness.telegram.calls) == calls, "nothing is begun that could not be finished"
        user.harness.seconds_left = lambda: 20
        assert user.harness.again().status == 200
        user.sees("3 days")
        assert len(user.harness.shop.panel.made) == 1

    @pytest.mark.parametrize(("minutes", "status", "parked"), [(0, 503, 0), (9, 503, 0), (11, 200, 1), (600, 200, 1)])
    def test_a_message_is_waited_for_ten_minutes_then_parked_so_that_its_queue_runs_on(
        self, user: ChatUser, minutes: int, status: int, parked: int
    ) -> None:
        update = user.message(text="/start")
        user.harness.shop.clock.pass_by(timedelta(minutes=minutes))
        user.harness.shop.faults.at("query", StorageUnavailable("throttled"))
        assert user.harness.deliver(update).status == status
        assert len(user.harness.quarantine.updates) == parked

    def test_a_tap_is_never_parked_for_its_age_since_telegram_drops_it_by_itself(self, user: ChatUser) -> None:
        situations.new(user)
        tap = user.tap("try", user.screen.id)
        user.harness.shop.clock.pass_by(timedelta(hours=5))
        user.harness.shop.faults.at("query", StorageUnavailable("throttled"))
        assert user.harness.deliver(tap).status == 503


class TestABug:
    """Something we did not think of: the queue runs on, the person is told, the update is kept."""

    @staticmethod
    def _breaks(user: ChatUser) -> None:
        user.harness.shop.faults.at("query", RuntimeError("nobody thought of this"))

    def test_a_message_is_parked_and_the_person_told_within_the_answer_itself(self, user: ChatUser) -> None:
        self._breaks(user)
        answer = user.sends("/start")
        assert answer.status == 200
        assert answer.method == {
            "method": "sendMessage",
            "chat_id": 42,
            "text": "Something went wrong on our side. We know, and nothing is lost. Please try again in a minute.",
        }
        ((update, reason),) = user.harness.quarantine.updates
        assert (update["message"]["text"], reason) == ("/start", "RuntimeError")
        assert user.harness.shop.meter.counts == {Metric.BUGS: 1, Metric.QUARANTINED_UPDATES: 1}

    def test_a_tap_is_told_with_an_alert_in_their_language(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        situations.new(user)
        self._breaks(user)
        user.taps("Попробовать")
        assert user.toast == "Что-то сломалось у нас. Мы уже знаем, ничего не потеряно."
        assert (harness.answers[-1].method or {})["show_alert"] is True
        assert len(harness.quarantine.updates) == 1

    def test_what_was_parked_can_be_replayed_once_the_bug_is_mended(self, user: ChatUser) -> None:
        situations.new(user)
        self._breaks(user)
        user.taps("Try free")
        assert not user.person.user.trial_used
        ((update, _),) = user.harness.quarantine.updates
        assert user.harness.deliver(update).status == 200
        assert user.person.user.trial_used

    def test_a_bug_in_a_group_is_nobodys_message(self, user: ChatUser) -> None:
        self._breaks(user)
        answer = user.harness.deliver(user.message(text="hi", chat={"id": -5, "type": "group", "title": "G"}))
        assert (answer.status, answer.method) == (200, None)

    def test_a_bug_while_being_blocked_is_told_to_nobody(self, user: ChatUser) -> None:
        self._breaks(user)
        member = {"status": "kicked", "user": {"id": 4242, "is_bot": True, "first_name": "B"}, "until_date": 0}
        content = user.message()["message"] | {"old_chat_member": member, "new_chat_member": member}
        answer = user.harness.deliver({"update_id": 5, "my_chat_member": content})
        assert (answer.status, answer.method) == (200, None)

    def test_what_can_never_be_parked_does_not_block_the_queue(
        self, user: ChatUser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise Rejected("SQS refuses the message: InvalidMessageContents")

        self._breaks(user)
        monkeypatch.setattr(user.harness.quarantine, "put", refuse)
        answer = user.sends("/start")
        assert answer.status == 200
        assert Metric.QUARANTINED_UPDATES not in user.harness.shop.meter.counts

    @pytest.mark.parametrize("language_code", [5, {}, ["en"]])
    def test_a_language_that_is_no_word_neither_raises_nor_repeats(self, user: ChatUser, language_code: Any) -> None:
        sender = FROM | {"language_code": language_code}
        answer = user.harness.deliver(user.message(text="/start", **{"from": sender}))
        assert answer.status == 200
        assert "Something went wrong" in (answer.method or {})["text"]

    def test_a_wait_longer_than_telegram_heeds_is_shortened_to_the_longest(self, user: ChatUser) -> None:
        user.harness.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests", retry_after=5000))
        answer = user.sends("/start")
        assert (answer.status, answer.retry_after_seconds) == (503, 3600)

    def test_when_even_parking_fails_telegram_keeps_the_update(self, user: ChatUser) -> None:
        self._breaks(user)
        user.harness.quarantine.full = True
        answer = user.sends("/start")
        assert (answer.status, answer.retry_after_seconds) == (503, 1)

    @pytest.mark.parametrize("text", ["my secret question", {"malformed": "my secret question"}])
    def test_the_log_says_what_broke_and_where_and_holds_no_text_of_theirs(self, user: ChatUser, text: Any) -> None:
        (handler,) = user.harness.observer._log.handlers
        assert isinstance(handler, StreamHandler)
        handler.stream = sys.stderr  # an earlier test may have left it with a stream that is closed by now
        before = handler.setStream(log := StringIO())
        try:
            if isinstance(text, str):
                self._breaks(user)
            user.harness.deliver(user.message(text=text))
        finally:
            handler.setStream(before)
        assert '"correlation_id":"update:4242:' in log.getvalue()
        assert '"error":"RuntimeError"' in log.getvalue() or '"error":"ValidationError"' in log.getvalue()
        assert "receiver.py" in log.getvalue()
        assert "secret question" not in log.getvalue()


class TestTheTableOfErrors:
    """What the row of an error says is what happens to the update."""

    @pytest.mark.parametrize(
        ("error", "status", "told", "parked", "metric"),
        [
            (Retryable("later"), 503, False, 0, Metric.RETRIED),
            (Unreachable("gone"), 200, False, 0, Metric.UNDELIVERED),
            (AlreadyDecided("cause"), 200, False, 0, Metric.DUPLICATES),
            (ClaimLost("another's"), 200, False, 0, Metric.DUPLICATES),
            (PanelRejected(PanelTrouble.NO_INBOUND), 200, True, 0, Metric.REFUSED),
            (ItemExists("PROMO", "used"), 200, True, 1, Metric.BUGS),
            (Misconfigured("PANEL", "set it"), 200, True, 1, Metric.BUGS),
            (FactRejected("cannot extend"), 200, True, 1, Metric.BUGS),
            (KeyError("x"), 200, True, 1, Metric.BUGS),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
    )
    def test_each_kind_of_error_has_its_answer(
        self, user: ChatUser, error: Exception, status: int, told: bool, parked: int, metric: Metric
    ) -> None:
        user.harness.shop.faults.at("query", error)
        answer = user.sends("/start")
        assert answer.status == status
        assert (answer.method is not None) is told
        assert len(user.harness.quarantine.updates) == parked
        assert user.harness.shop.meter.counts[metric] == 1


def test_many_people_at_once_in_several_threads_each_get_their_own_answer(harness: ChatHarness) -> None:
    people = [harness.user("en" if n % 2 else "ru", 1000 + n) for n in range(24)]

    def visit(person: ChatUser) -> tuple[int, int]:
        hello, tap = (
            harness.receiver.receive(Delivery(json.dumps(update).encode(), None, lambda: 20.0)).status
            for update in (person.message(text="/start"), person.tap("try", None))
        )
        return hello, tap

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(visit, people)) == {(200, 200)}
    for person in people:
        assert person.person.subscription.status is Status.TRIAL
        assert person.screen.words.startswith("🎉 3 days" if person.language == "en" else "🎉 3 дня")
