"""Updates that meet a bug: they are quarantined for a replay, and do not block their queue."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from logging import StreamHandler
from typing import Any

import pytest

from tests.functional.conversation import situations
from tests.functional.conversation.harness import ChatHarness, ChatUser
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.errors import AccessDenied, InvalidCall, Misconfigured, Retryable
from vpnbot.usecases.ports import Metric


def _raising(error: Exception) -> Callable[[], KeyRing]:
    def ring() -> KeyRing:
        raise error

    return ring


class TestABug:
    """After an unexpected error the queue goes on, the person is informed, and the update is quarantined."""

    @staticmethod
    def _breaks(user: ChatUser) -> None:
        user.harness.shop.faults.at("query", RuntimeError("an unexpected error"))

    def test_a_message_is_quarantined_and_the_response_informs_the_person(self, user: ChatUser) -> None:
        self._breaks(user)
        response = user.sends("/start")
        assert response.status == 200
        assert response.method == {
            "method": "sendMessage",
            "chat_id": 42,
            "text": "Something went wrong on our side. We know, and nothing is lost. Please try again in a minute.",
        }
        ((update, reason),) = user.harness.quarantine.updates
        assert (update["message"]["text"], reason) == ("/start", "RuntimeError")
        assert user.harness.shop.meter.counts == {Metric.BUGS: 1, Metric.QUARANTINED_UPDATES: 1}

    def test_a_tap_is_answered_with_an_alert_in_the_persons_language(self, harness: ChatHarness) -> None:
        user = harness.user("ru")
        situations.new(user)
        self._breaks(user)
        user.taps("Попробовать")
        assert user.toast == "Что-то сломалось у нас. Мы уже знаем, ничего не потеряно."
        assert (harness.answers[-1].method or {})["show_alert"] is True
        assert len(harness.quarantine.updates) == 1

    def test_a_quarantined_update_can_be_replayed_after_the_bug_is_fixed(self, user: ChatUser) -> None:
        situations.new(user)
        self._breaks(user)
        user.taps("Try free")
        assert not user.person.user.trial_used
        ((update, _),) = user.harness.quarantine.updates
        assert user.harness.deliver(update).status == 200
        assert user.person.user.trial_used

    def test_a_bug_in_a_group_sends_no_message(self, user: ChatUser) -> None:
        self._breaks(user)
        response = user.harness.deliver(user.message(text="hi", chat={"id": -5, "type": "group", "title": "G"}))
        assert (response.status, response.method) == (200, None)

    def test_a_bug_in_an_update_about_a_blocked_bot_sends_no_message(self, user: ChatUser) -> None:
        self._breaks(user)
        member = {"status": "kicked", "user": {"id": 4242, "is_bot": True, "first_name": "B"}, "until_date": 0}
        content = user.message()["message"] | {"old_chat_member": member, "new_chat_member": member}
        response = user.harness.deliver({"update_id": 5, "my_chat_member": content})
        assert (response.status, response.method) == (200, None)

    def test_an_update_that_the_quarantine_rejects_does_not_block_the_queue(self, user: ChatUser) -> None:
        self._breaks(user)
        user.harness.quarantine.error = InvalidCall("SQS: InvalidMessageContents")
        response = user.sends("/start")
        assert response.status == 200
        assert user.harness.shop.meter.counts == {Metric.BUGS: 1, Metric.LOST_UPDATES: 1}

    @pytest.mark.parametrize(("minutes", "status", "lost"), [(0, 503, 0), (9, 503, 0), (11, 200, 1)])
    def test_an_update_is_requested_for_ten_minutes_while_the_quarantine_has_to_be_corrected(
        self, user: ChatUser, minutes: int, status: int, lost: int
    ) -> None:
        update = user.message(text="/start")
        user.harness.shop.clock.advance(timedelta(minutes=minutes))
        self._breaks(user)
        user.harness.quarantine.error = Misconfigured("PARKING_QUEUE_URL", "SQS refuses the function (AccessDenied)")
        assert user.harness.deliver(update).status == status
        assert user.harness.shop.meter.counts[Metric.LOST_UPDATES] == lost

    def test_a_payment_is_requested_again_until_the_quarantine_is_corrected(self, user: ChatUser) -> None:
        update = user.message(successful_payment={"currency": "XTR"})
        user.harness.shop.clock.advance(timedelta(hours=20))
        user.harness.quarantine.error = Misconfigured("PARKING_QUEUE_URL", "SQS refuses the function (AccessDenied)")
        assert user.harness.deliver(update).status == 503
        user.harness.quarantine.error = None
        assert user.harness.again().status == 200
        assert len(user.harness.quarantine.updates) == 1

    @pytest.mark.parametrize("error", [Misconfigured("key_secret", "restore it"), AccessDenied("SSM", "allow it")])
    @pytest.mark.parametrize("minutes", [0, 11])
    def test_an_update_is_kept_whole_while_the_key_secret_that_names_its_sender_has_to_be_corrected(
        self, user: ChatUser, minutes: int, error: Misconfigured
    ) -> None:
        update = user.message(text="/start")
        user.harness.shop.clock.advance(timedelta(minutes=minutes))
        user.harness.replace_services(fleet=replace(user.harness.services.fleet, ring=_raising(error)))
        assert user.harness.deliver(update).status == 200
        assert user.harness.quarantine.updates == [(update, type(error).__name__)]
        assert user.harness.quarantine.senders == [None]
        assert user.harness.shop.meter.counts[Metric.LOST_UPDATES] == 0

    @pytest.mark.parametrize("language_code", [5, {}, ["en"]])
    def test_a_malformed_language_code_is_answered_in_the_default_language(
        self, user: ChatUser, language_code: Any
    ) -> None:
        sender = user.user() | {"language_code": language_code}
        self._breaks(user)
        response = user.harness.deliver(user.message(text="/start", **{"from": sender}))
        assert response.status == 200
        assert "Something went wrong" in (response.method or {})["text"]

    def test_an_update_that_cannot_be_quarantined_is_requested_again(self, user: ChatUser) -> None:
        self._breaks(user)
        user.harness.quarantine.error = Retryable("the quarantine did not accept the update")
        response = user.sends("/start")
        assert (response.status, response.retry_after_seconds) == (503, 1)

    def test_the_log_names_error_and_place_and_contains_no_text_of_the_person(self, user: ChatUser) -> None:
        (handler,) = user.harness.observer._log.handlers
        assert isinstance(handler, StreamHandler)
        handler.stream = sys.stderr  # an earlier test may have left a closed stream
        before = handler.setStream(log := StringIO())
        try:
            self._breaks(user)
            user.sends("my secret question")
        finally:
            handler.setStream(before)
        lines = [json.loads(line) for line in log.getvalue().splitlines()]
        (failed,) = [line for line in lines if line["message"] == "update not handled"]
        assert re.fullmatch(r"update:\d+", failed["correlation_id"])
        assert '"error":"RuntimeError"' in log.getvalue()
        assert "receiver.py" in log.getvalue()
        assert "secret question" not in log.getvalue()
