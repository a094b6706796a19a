"""The webhook as API Gateway calls it, on emulated DynamoDB and SQS: who is let in, what is said, what it costs."""

import base64
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from local.aws import AwsCall
from tests.functional.conversation.bot_session import BOT_ID, Refusal
from tests.integration.lambda_functions import PREVIOUS, SECRET, Context, LambdaFunctions, request
from vpnbot.errors import Conflict, Misconfigured, Retryable, StorageUnavailable
from vpnbot.panels.demo import DEMO_SERVER

USER = {"id": 42, "is_bot": False, "first_name": "A", "language_code": "en"}
CHAT = {"id": 42, "type": "private"}


@pytest.fixture
def webhook(lambda_functions: LambdaFunctions) -> ModuleType:
    """The webhook's module."""
    return lambda_functions.webhook()


def message(text: str = "/start", update_id: int = 1, user_id: int = 42) -> str:
    """Return an update with a message, sent just now."""
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    content = {"message_id": 1, "date": int(time.time()), "text": text, "entities": entities}
    who = {"from": USER | {"id": user_id}, "chat": CHAT | {"id": user_id}}
    return json.dumps({"update_id": update_id, "message": content | who})


def tap(data: str, update_id: int, message_id: int = 1001) -> str:
    """Return an update with a tap."""
    below = {"message_id": message_id, "date": 1_772_366_400, "chat": CHAT, "text": "…"}
    query = {"id": "777", "from": USER, "chat_instance": "1", "data": data, "message": below}
    return json.dumps({"update_id": update_id, "callback_query": query})


def call(webhook: ModuleType, body: str | bytes, **event: Any) -> dict[str, Any]:
    """Call the handler."""
    answer: dict[str, Any] = webhook.handler(request(body, **event), Context())
    return answer


class TestTheSecret:
    """Checked before anything else, in constant time; nobody gets in without one."""

    @pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ключ"])
    def test_whoever_does_not_know_it_is_turned_away_with_the_body_unread(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, secret: str | None
    ) -> None:
        with lambda_functions.with_counter() as calls:
            answer = call(webhook, "%%% not even base64", secret=secret, isBase64Encoded=True)
        assert answer["statusCode"] == 401
        assert calls == []
        assert lambda_functions.telegram.calls == []

    @pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
    def test_the_current_one_and_the_one_before_open(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, secret: str
    ) -> None:
        assert call(webhook, message(), secret=secret)["statusCode"] == 200
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_the_name_of_the_header_is_found_however_it_is_written(self, webhook: ModuleType) -> None:
        event = request(message())
        event["headers"] = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert webhook.handler(event, Context())["statusCode"] == 200

    def test_a_bot_without_a_secret_lets_nobody_in(self, lambda_functions: LambdaFunctions) -> None:
        webhook = lambda_functions.webhook(WEBHOOK_SECRET=None, WEBHOOK_SECRET_PREVIOUS=None)
        for secret in ("", "anything"):
            with pytest.raises(Misconfigured, match="webhook_secret"):
                call(webhook, message(), secret=secret)

    @pytest.mark.parametrize("secret", ["", " ", "None"])
    def test_without_a_secret_before_this_one_nothing_stands_in_for_it(
        self, lambda_functions: LambdaFunctions, secret: str
    ) -> None:
        webhook = lambda_functions.webhook(WEBHOOK_SECRET_PREVIOUS=None)
        assert call(webhook, message(), secret=secret)["statusCode"] == 401
        assert call(webhook, message())["statusCode"] == 200

    def test_secrets_that_cannot_be_read_ask_for_the_update_again(
        self, webhook: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreadable() -> dict[str, str]:
            raise Retryable("SSM did not answer")

        monkeypatch.setattr(webhook.webhook.secrets, "_source", unreadable)
        answer = call(webhook, message())
        assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")

    def test_a_rotated_secret_is_read_anew_at_most_once_a_minute(self, lambda_functions: LambdaFunctions) -> None:
        webhook = lambda_functions.webhook()
        stored, now, reads = {"webhook_secret": "old"}, [1000.0], []

        def source() -> dict[str, str]:
            reads.append(now[0])
            return dict(stored)

        secrets = webhook.webhook.secrets
        secrets._source, secrets._monotonic = source, lambda: now[0]
        assert secrets.webhook_secret_matches("old")
        stored["webhook_secret"] = "new"
        now[0] += 30
        assert not secrets.webhook_secret_matches("new"), "within the minute"
        for _ in range(50):
            assert not secrets.webhook_secret_matches("guess")
        assert len(reads) == 1
        now[0] += 31
        assert secrets.webhook_secret_matches("new")
        assert len(reads) == 2


class TestBodies:
    """Whatever stands in them, the answer is one that ends the matter."""

    @pytest.mark.parametrize(
        "body", ["", "{", "null", "[]", '{"update_id": 1}', '{"update_id": 1, "poll": {}}', "x" * 1_000_001]
    )
    def test_what_is_no_update_of_ours_is_answered_and_forgotten(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, body: str
    ) -> None:
        with lambda_functions.with_counter() as calls:
            answer = call(webhook, body)
        assert (answer["statusCode"], answer["body"]) == (200, "")
        assert calls == []

    def test_a_missing_body_is_an_empty_one(self, webhook: ModuleType) -> None:
        event = request("")
        del event["body"]
        assert webhook.handler(event, Context())["statusCode"] == 200

    def test_a_body_in_base64_is_read(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        assert call(webhook, base64.b64encode(message().encode()), isBase64Encoded=True)["statusCode"] == 200
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_half_a_character_in_the_body_raises_nothing(self, webhook: ModuleType) -> None:
        assert call(webhook, '{"update_id": 1, "message": "\ud83d"}')["statusCode"] == 200

    def test_broken_base64_is_no_update(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        assert call(webhook, "abc", isBase64Encoded=True)["statusCode"] == 200
        assert lambda_functions.telegram.calls == []


class TestAnswers:
    """As API Gateway hands them on to Telegram's server."""

    def test_the_answer_to_a_tap_rides_in_the_response(self, webhook: ModuleType) -> None:
        call(webhook, message())
        answer = call(webhook, tap("settings", 2))
        assert answer["headers"]["content-type"] == "application/json"
        assert json.loads(answer["body"]) == {"method": "answerCallbackQuery", "callback_query_id": "777"}

    def test_links_lead_to_the_domain_that_was_called_where_none_is_configured(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        call(webhook, tap("try", 2))
        call(webhook, tap("platform:ios", 3))
        copied = [
            b.copy_text for row in lambda_functions.telegram.messages(42)[0].buttons for b in row if b.copy_text
        ]
        assert copied[0].text.startswith("https://api.example/s/")

    def test_a_throttled_telegram_is_passed_on_as_retry_after(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        lambda_functions.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests", retry_after=9))
        answer = call(webhook, message())
        assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "9")
        assert call(webhook, message())["statusCode"] == 200

    @pytest.mark.parametrize("error", [StorageUnavailable("throttled"), Conflict("stale")])
    def test_a_table_that_cannot_serve_asks_for_the_update_again(
        self,
        lambda_functions: LambdaFunctions,
        webhook: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
    ) -> None:
        def fails(*_: object, **__: object) -> None:
            raise error

        with monkeypatch.context() as broken:
            broken.setattr("vpnbot.storage.people.session.Partition.commit", fails)
            answer = call(webhook, message())
        assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")
        assert call(webhook, message())["statusCode"] == 200
        assert len(lambda_functions.telegram.messages(42)) == 1

    def test_a_real_throttling_exception_of_dynamodb_is_one_of_these(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        lambda_functions.aws.client("dynamodb").delete_table(TableName=webhook.webhook.settings.table_name)
        assert call(webhook, message())["statusCode"] == 503
        lambda_functions.aws.client("dynamodb").create_table(
            TableName=webhook.webhook.settings.table_name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )

    def test_time_that_is_nearly_out_is_noticed(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        assert webhook.handler(request(message()), Context(1500))["statusCode"] == 503
        assert lambda_functions.telegram.calls == []

    def test_a_bug_is_parked_where_the_operator_finds_it_and_can_be_replayed(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr("vpnbot.telegram.customer.home.home", lambda view: 1 / 0)
            answer = call(webhook, message())
        assert answer["statusCode"] == 200
        assert json.loads(answer["body"])["method"] == "sendMessage"
        (parked,) = lambda_functions.parked()
        assert parked["reason"] == "ZeroDivisionError"
        assert call(webhook, json.dumps(parked["update"]))["statusCode"] == 200
        assert "3 days" in lambda_functions.telegram.messages(42)[-1].words

    def test_a_bug_while_the_parking_queue_is_gone_leaves_the_update_with_telegram(
        self, lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        webhook = lambda_functions.webhook(PARKING_QUEUE_URL=f"{lambda_functions.parking_url}-gone")
        monkeypatch.setattr("vpnbot.telegram.customer.home.home", lambda view: 1 / 0)
        assert call(webhook, message())["statusCode"] == 503

    def test_what_was_counted_is_published_with_the_invocation(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call(webhook, message())
        (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
        assert line["FirstContacts"] == [1.0]
        assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "vpnbot"
        call(webhook, tap("settings", 2))
        assert "_aws" not in capsys.readouterr().out, "nothing counted, nothing published"


class TestWhatItCosts:
    """Counted at the emulator: reads, writes and calls to Telegram, per kind of tap."""

    @staticmethod
    def _counted(calls: list[AwsCall]) -> Counter[str]:
        own = [c for c in calls if not json.dumps(c.request).count("DEMO_PANEL#")]
        return Counter(c.operation for c in own)

    @pytest.mark.parametrize(
        "data", ["connect", "platform:ios", "app:ios:happ", "apps:ios", "settings", "home", "data"]
    )
    def test_a_tap_that_only_moves_screens_costs_one_query_and_one_call(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, data: str
    ) -> None:
        call(webhook, message())
        call(webhook, tap("try", 2))
        call(webhook, tap("terms", 3))
        lambda_functions.telegram.calls.clear()
        with lambda_functions.with_counter() as calls:
            answer = call(webhook, tap(data, 4))
        assert self._counted(calls) == {"Query": 1}
        assert calls[0].request["ConsistentRead"] is True
        assert lambda_functions.telegram.named() == ["editMessageText"]
        assert json.loads(answer["body"])["method"] == "answerCallbackQuery"

    def test_a_tap_that_moves_a_conversation_costs_one_write_more(self, lambda_functions: LambdaFunctions) -> None:
        webhook = lambda_functions.webhook(SUPPORT_URL=None, SUPPORT_CHAT_ID="-100500")
        call(webhook, message())
        lambda_functions.telegram.calls.clear()
        with lambda_functions.with_counter() as calls:
            call(webhook, tap("support", 2))
        assert self._counted(calls) == {"Query": 1, "PutItem": 1}
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_the_trial_costs_one_query_and_two_commits(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        somebody = json.loads(tap("try", 1))
        somebody["callback_query"]["from"]["id"] = somebody["callback_query"]["message"]["chat"]["id"] = 43
        with lambda_functions.with_counter() as calls:
            call(webhook, message("/start", 100, 43))
            call(webhook, json.dumps(somebody | {"update_id": 101}))
        assert self._counted(calls)["Query"] == 3, "the servers are read once in half a minute, for everybody"
        call(webhook, message())
        lambda_functions.telegram.calls.clear()
        with lambda_functions.with_counter() as calls:
            call(webhook, tap("try", 2, 1002))
        assert self._counted(calls) == {"Query": 1, "TransactWriteItems": 2}
        assert lambda_functions.telegram.named() == ["editMessageText"]

    def test_the_first_contact_costs_one_query_and_one_commit(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        with lambda_functions.with_counter() as calls:
            call(webhook, message())
        assert self._counted(calls) == {"Query": 1, "TransactWriteItems": 1}
        with lambda_functions.with_counter() as calls:
            call(webhook, message(update_id=2))
        assert self._counted(calls) == {"Query": 1}

    def test_no_path_of_a_tap_ever_scans(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        with lambda_functions.with_counter() as calls:
            call(webhook, message())
            for n, data in enumerate(
                ("try", "qr:happ", "broken", "download", "plans", "delete_all", "home"), start=2
            ):
                call(webhook, tap(data, n))
        assert "Scan" not in {c.operation for c in calls}


class TestThreads:
    """A handler may be called from several threads of one process."""

    def test_forty_people_in_eight_threads_are_all_met_and_answered(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        people = range(1000, 1040)

        def visit(user_id: int) -> int:
            return int(call(webhook, message(update_id=user_id, user_id=user_id))["statusCode"])

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(visit, people)) == {200}
        assert all(len(lambda_functions.telegram.messages(user_id)) == 1 for user_id in people)

    def test_one_tap_delivered_twice_at_the_same_moment_makes_one_key(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda _: call(webhook, tap("try", 2))["statusCode"], range(2)))
        assert 200 in answers
        assert set(answers) <= {200, 503}
        table = lambda_functions.aws.client("dynamodb").scan(TableName=webhook.webhook.settings.table_name)["Items"]
        clients = [
            item
            for item in table
            if item["pk"]["S"] == f"DEMO_PANEL#{DEMO_SERVER.id}" and "CLIENT" in item["sk"]["S"]
        ]
        assert len(clients) == 1


class TestStarting:
    """A door that could not do its work does not open."""

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("TABLE_NAME", None),
            ("PARKING_QUEUE_URL", None),
            ("STAGE", None),
            ("STAGE", "prod"),
            ("PANEL", "wireguard"),
            ("ADMIN_IDS", "me"),
            ("SUPPORT_CHAT_ID", "@support"),
        ],
    )
    def test_a_setting_that_is_missing_or_wrong_is_named(
        self, lambda_functions: LambdaFunctions, variable: str, value: str | None
    ) -> None:
        with pytest.raises(Misconfigured) as caught:
            lambda_functions.load("telegram_webhook", **{variable: value})
        assert caught.value.setting == variable
        assert caught.value.how_to_mend in str(caught.value)

    def test_production_does_not_start_on_the_demo_panel(self, lambda_functions: LambdaFunctions) -> None:
        with pytest.raises(Misconfigured, match="demo panel"):
            lambda_functions.load("telegram_webhook", STAGE="production", SECRETS_PATH="/vpnbot", PANEL="demo")

    def test_a_panel_that_this_version_cannot_drive_is_named(self, lambda_functions: LambdaFunctions) -> None:
        with pytest.raises(Misconfigured, match="PANEL"):
            lambda_functions.load("telegram_webhook", PANEL="marzban")

    def test_the_bot_is_armed_with_its_token_and_the_address_of_the_bot_api(
        self, lambda_functions: LambdaFunctions
    ) -> None:
        webhook = lambda_functions.load("telegram_webhook", TELEGRAM_API_BASE="http://127.0.0.1:8081/").webhook
        assert webhook.bot.id == BOT_ID
        assert webhook.bot.session.api.base == "http://127.0.0.1:8081/bot{token}/{method}"
        assert webhook.bot.default.parse_mode == "HTML"

    def test_without_a_token_the_bot_says_what_to_do(self, lambda_functions: LambdaFunctions) -> None:
        webhook = lambda_functions.load("telegram_webhook", BOT_TOKEN=None).webhook
        with pytest.raises(Misconfigured, match="ops configure"):
            _ = webhook.bot

    def test_building_reads_no_secret_and_opens_no_socket(self, lambda_functions: LambdaFunctions) -> None:
        with lambda_functions.with_counter() as calls:
            module = lambda_functions.load("telegram_webhook", BOT_TOKEN=None, WEBHOOK_SECRET=None, KEY_SECRET=None)
        assert calls == []
        assert module.webhook.secrets._values is None
        assert "bot" not in module.webhook.__dict__
