"""The cost of each kind of update: reads and writes of DynamoDB, and calls to Telegram."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from pynamodb.connection import Connection

from local.aws import AwsCall
from tests.integration.lambda_functions import LambdaFunctions, call, message, tap
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.bot_link import Start
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PromoCode
from vpnbot.storage.ads.links import StoredAdLinks
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.storage.promo.codes import StoredPromoCodes
from vpnbot.usecases.promo.keep_codes import make_code


def key_of(made: AwsCall) -> str:
    """Return the partition that a Query reads; that of a person has no name."""
    return "SHOP" if '"SHOP"' in json.dumps(made.request) else "a person"


class TestCallsPerUpdate:
    """The calls that the emulator and the fake Telegram receive for one update."""

    @staticmethod
    def _counted(calls: list[AwsCall]) -> Counter[str]:
        """Count the operations on the shop's own items, without those of the demo panel."""
        return Counter(call.operation for call in calls if "DEMO_PANEL#" not in json.dumps(call.request))

    @pytest.mark.parametrize(
        "data",
        [
            "connect",
            "platform:ios",
            "app:ios:happ",
            "apps:ios",
            "settings",
            "home",
            "data",
            "my_servers",
            "my_servers:r",
        ],
    )
    def test_a_tap_that_only_shows_a_screen_costs_one_query_and_one_telegram_call(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, data: str
    ) -> None:
        call(webhook, message())
        call(webhook, tap("try", 2))
        call(webhook, tap("home", 3))  # reads the plans and the shop's settings, which a process keeps for 30 seconds
        lambda_functions.telegram.calls.clear()
        with lambda_functions.recorded_calls() as calls:
            answer = call(webhook, tap(data, 4))
        assert self._counted(calls) == {"Query": 1}
        assert calls[0].request["ConsistentRead"] is True
        assert lambda_functions.telegram.named() == ["editMessageText"]
        assert json.loads(answer["body"])["method"] == "answerCallbackQuery"

    @pytest.mark.parametrize("start", Start)
    def test_a_start_from_a_page_costs_one_query_at_most_one_write_and_one_telegram_call(
        self, lambda_functions: LambdaFunctions, start: Start
    ) -> None:
        webhook = lambda_functions.webhook(SUPPORT_URL=None, SUPPORT_CHAT_ID="-100500")
        call(webhook, message())
        call(
            webhook, tap("plans", 2)
        )  # reads the plans and the shop's settings, which a process keeps for 30 seconds
        lambda_functions.telegram.calls.clear()
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message(f"/start {start}", 3))
        counted = self._counted(calls)
        assert counted.pop("Query") == 1
        assert counted.total() <= 1, counted
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_the_plans_and_the_settings_of_the_shop_are_read_once_for_all_people(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        with lambda_functions.recorded_calls() as first:
            call(webhook, message(update_id=420, user_id=42))
            call(webhook, tap("try", 421, user_id=42))
        reads = self._counted(first)
        why = "twice the person; servers, plans, settings of the shop with the circuit breakers of payment providers"
        assert (reads["Query"], reads["GetItem"]) == (5, 0), why
        with lambda_functions.recorded_calls() as second:
            call(webhook, message(update_id=430, user_id=43))
            call(webhook, tap("try", 431, user_id=43))
            call(webhook, tap("home", 432, user_id=43))
        reads = self._counted(second)
        assert (reads["Query"], reads["GetItem"]) == (3, 0)

    def test_a_tap_that_changes_the_conversation_state_costs_one_more_write(
        self, lambda_functions: LambdaFunctions
    ) -> None:
        webhook = lambda_functions.webhook(SUPPORT_URL=None, SUPPORT_CHAT_ID="-100500")
        call(webhook, message())
        lambda_functions.telegram.calls.clear()
        with lambda_functions.recorded_calls() as calls:
            call(webhook, tap("support", 2))
        assert self._counted(calls) == {"Query": 1, "PutItem": 1}
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_a_promo_code_costs_the_code_beside_the_person_and_one_commit(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        call(webhook, tap("try", 2))
        call(webhook, tap("home", 3))  # reads the plans and the shop's settings, which a process keeps for 30 seconds
        made = Entry("act:1:1", "made", datetime.now(UTC), "admin:1")
        make_code(StoredPromoCodes(), PromoCode("SPRING", 7, total=100), made)
        lambda_functions.telegram.calls.clear()
        with lambda_functions.recorded_calls() as asked:
            call(webhook, tap("promo", 4))
        assert self._counted(asked) == {"Query": 1, "PutItem": 1}
        with lambda_functions.recorded_calls() as wrong:
            call(webhook, message("SPRONG", 5))
        assert self._counted(wrong) == {"Query": 1, "GetItem": 1, "TransactWriteItems": 1}
        with lambda_functions.recorded_calls() as right:
            call(webhook, message("SPRING", 6))
        assert self._counted(right) == {"Query": 1, "GetItem": 1, "TransactWriteItems": 1}
        assert lambda_functions.telegram.named() == ["editMessageText", "sendMessage", "sendMessage"]

    def test_a_trial_with_a_limit_for_the_day_costs_no_more_than_one_without(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        store, entry = StoredShopSettings(), Entry("act:1:1", "limit", datetime.now(UTC), "admin:1")
        store.save(store.load(), replace(store.load(), trials_a_day=1), entry)
        call(webhook, message())
        call(webhook, tap("home", 3))
        with lambda_functions.recorded_calls() as first:
            call(webhook, tap("try", 4))
        assert self._counted(first)["Query"] == 3, "the person, the servers and the plans, as without a limit"
        for number, user_id in enumerate((50, 51)):
            call(webhook, message(update_id=20 + number, user_id=user_id))
            with lambda_functions.recorded_calls() as refused:
                call(webhook, tap("try", 30 + number, user_id=user_id))
            counted = self._counted(refused)
            assert "PutItem" not in counted
            if number:
                assert (counted["Query"], counted.get("TransactWriteItems", 0)) == (1, 0), (
                    "it is known that none is left"
                )

    def test_a_first_contact_by_an_ad_link_costs_the_link_beside_what_others_cost(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        entry = Entry("act:1:1", "made", datetime.now(UTC), "admin:1")
        StoredAdLinks().decide(None, AdLink("abcdefgh", "Spring", made_at=entry.at), entry)
        for number, payload in enumerate(("a_abcdefgh", "a_somebodys_own", ""), start=50):
            with lambda_functions.recorded_calls() as calls:
                call(webhook, message(f"/start {payload}".strip(), number, user_id=number))
            links = {"GetItem": 1} if payload == "a_abcdefgh" else {}
            assert self._counted(calls) == {"Query": 1, "TransactWriteItems": 1, **links}
        with lambda_functions.recorded_calls() as known:
            call(webhook, message("/start a_abcdefgh", 60, user_id=50))
        assert self._counted(known) == {"Query": 1}

    def test_a_discount_costs_its_code_and_uses_when_it_is_entered_and_no_read_afterwards(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        call(webhook, tap("try", 2))
        call(webhook, tap("home", 3))  # reads the plans and the shop's settings, which a process keeps for 30 seconds
        made = Entry("act:1:1", "made", datetime.now(UTC), "admin:1")
        make_code(StoredPromoCodes(), PromoCode("SPRING", 0, percent=15, total=100), made)
        with lambda_functions.recorded_calls() as entered:
            call(webhook, message("/start p_SPRING", 4))
        assert self._counted(entered) == {"Query": 2, "GetItem": 2, "TransactWriteItems": 1}
        with lambda_functions.recorded_calls() as shown:
            call(webhook, tap("buy", 5))
        assert self._counted(shown) == {"Query": 1}

    def test_a_question_costs_one_query_and_one_commit_before_its_answer(
        self, lambda_functions: LambdaFunctions
    ) -> None:
        """What sends it to the operators comes after the answer.

        That is the state of their chat; for the copy and for the line below it, whether it was sent, how many
        messages the group got in the last minute, and this one counted; and the removal.
        """
        webhook = lambda_functions.webhook(SUPPORT_URL=None, SUPPORT_CHAT_ID="-100500")
        call(webhook, message())
        call(webhook, tap("support", 2))
        lambda_functions.telegram.calls.clear()
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message("Why is it slow?", 3))
        made = [call.operation for call in calls]
        sending = ["GetItem", "GetItem", "PutItem"]
        assert made == ["Query", "TransactWriteItems", "GetItem", *sending, *sending, "DeleteItem"]
        assert lambda_functions.telegram.named() == ["sendMessage", "copyMessage", "sendMessage"]

    def test_the_trial_costs_one_query_and_two_commits(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message("/start", 100, 43))
            call(webhook, tap("try", 101, user_id=43))
        shared = "servers, plans and settings of the shop are read at most once in 30 seconds, for all people"
        assert self._counted(calls)["Query"] == 5, shared
        call(webhook, message())
        lambda_functions.telegram.calls.clear()
        with lambda_functions.recorded_calls() as calls:
            call(webhook, tap("try", 2, 1002))
        assert self._counted(calls) == {"Query": 1, "TransactWriteItems": 2}
        assert lambda_functions.telegram.named() == ["editMessageText"]

    def test_the_first_contact_costs_one_query_and_one_commit(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        """A process also reads the settings of the shop, for all people, once in half a minute."""
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message("/start", 100, 43))
        assert self._counted(calls) == {"Query": 2, "TransactWriteItems": 1}
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message())
        assert self._counted(calls) == {"Query": 1, "TransactWriteItems": 1}
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message(update_id=2))
        assert self._counted(calls) == {"Query": 1}

    def test_a_cold_tap_waits_once_for_the_person_and_the_settings(
        self, lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No read begins before the other one has begun, so one after the other they would never get on."""
        call(lambda_functions.webhook(), message())
        cold = lambda_functions.webhook()
        make, both = Connection._make_api_call, Barrier(2, timeout=10)
        steps: list[str] = []

        def made(self: Connection, operation: str, arguments: dict[str, Any]) -> Any:
            if operation == "Query" and len(steps) < 2:
                steps.append("read")
                both.wait()
            else:
                steps.append(operation)
            return make(self, operation, arguments)

        monkeypatch.setattr(Connection, "_make_api_call", made)
        with lambda_functions.recorded_calls() as calls:
            answer = call(cold, message(update_id=2))
        assert steps == ["read", "read"], "and no other call"
        assert self._counted(calls) == {"Query": 2}
        assert {key_of(made) for made in calls} == {"SHOP", "a person"}
        assert answer["statusCode"] == 200
        steps.extend(["warm", "warm"])
        with lambda_functions.recorded_calls() as calls:
            call(cold, message(update_id=3))
        assert self._counted(calls) == {"Query": 1}, "the settings are kept for half a minute"

    def test_settings_that_cannot_be_read_do_not_keep_a_tap_from_its_answer(
        self, lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call(lambda_functions.webhook(), message())
        cold = lambda_functions.webhook()
        make = Connection._make_api_call

        def made(self: Connection, operation: str, arguments: dict[str, Any]) -> Any:
            if "SHOP" in json.dumps(arguments):
                raise ConnectTimeoutError(endpoint_url="a test")
            return make(self, operation, arguments)

        monkeypatch.setattr(Connection, "_make_api_call", made)
        lambda_functions.telegram.calls.clear()
        assert call(cold, message(update_id=2))["statusCode"] == 200
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_no_update_scans_the_table(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        with lambda_functions.recorded_calls() as calls:
            call(webhook, message())
            for n, data in enumerate(
                ("try", "qr:happ", "broken", "download", "plans", "delete_all", "home"), start=2
            ):
                call(webhook, tap(data, n))
        assert "Scan" not in {made.operation for made in calls}
