"""The webhook as API Gateway calls it, on emulated DynamoDB and SQS: secret, request bodies, responses, threads."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.functional.conversation.bot_session import Refusal
from tests.integration.aws_clients import replace_calls
from tests.integration.lambda_functions import PREVIOUS, SECRET, Context, LambdaFunctions, call, message, request, tap
from vpnbot.errors import Conflict, Misconfigured, Retryable, StorageUnavailable
from vpnbot.panels.demo import DEMO_SERVER


class TestWebhookSecret:
    """The secret is checked before the body is read; a request without a valid secret is rejected."""

    @pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ключ"])
    def test_a_wrong_secret_is_rejected_before_the_body_is_read(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, secret: str | None
    ) -> None:
        with lambda_functions.recorded_calls() as calls:
            answer = call(webhook, "%%% not base64", secret=secret, isBase64Encoded=True)
        assert answer["statusCode"] == 401
        assert calls == []
        assert lambda_functions.telegram.calls == []

    @pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
    def test_the_current_and_the_previous_secret_are_accepted(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, secret: str
    ) -> None:
        assert call(webhook, message(), secret=secret)["statusCode"] == 200
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_the_header_name_is_case_insensitive(self, webhook: ModuleType) -> None:
        event = request(message())
        event["headers"] = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert webhook.handler(event, Context())["statusCode"] == 200

    def test_without_a_stored_secret_the_function_raises_misconfigured(
        self, lambda_functions: LambdaFunctions
    ) -> None:
        webhook = lambda_functions.webhook(WEBHOOK_SECRET=None, WEBHOOK_SECRET_PREVIOUS=None)
        for secret in ("", "anything"):
            with pytest.raises(Misconfigured, match="webhook_secret"):
                call(webhook, message(), secret=secret)

    @pytest.mark.parametrize("secret", ["", " ", "None"])
    def test_a_missing_previous_secret_matches_no_value(self, lambda_functions: LambdaFunctions, secret: str) -> None:
        webhook = lambda_functions.webhook(WEBHOOK_SECRET_PREVIOUS=None)
        assert call(webhook, message(), secret=secret)["statusCode"] == 401
        assert call(webhook, message())["statusCode"] == 200

    def test_unreadable_secrets_make_telegram_send_the_update_again(
        self, webhook: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreadable() -> dict[str, str]:
            raise Retryable("SSM did not answer")

        monkeypatch.setattr(webhook.webhook.secrets, "_source", unreadable)
        answer = call(webhook, message())
        assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")

    def test_a_rotated_secret_is_read_again_at_most_once_a_minute(self, lambda_functions: LambdaFunctions) -> None:
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
        assert not secrets.webhook_secret_matches("new"), "the stored secret is read at most once a minute"
        for _ in range(50):
            assert not secrets.webhook_secret_matches("guess")
        assert len(reads) == 1
        now[0] += 31
        assert secrets.webhook_secret_matches("new")
        assert len(reads) == 2

    def test_the_previous_secret_is_rejected_a_minute_after_it_was_deleted(
        self, lambda_functions: LambdaFunctions
    ) -> None:
        webhook = lambda_functions.webhook()
        stored, now = {**webhook.webhook.secrets._source()}, [1000.0]
        secrets = webhook.webhook.secrets
        secrets._source, secrets._monotonic, secrets._values = lambda: dict(stored), lambda: now[0], None
        assert call(webhook, message(), secret=PREVIOUS)["statusCode"] == 200
        del stored["webhook_secret_previous"]
        now[0] += 60
        assert call(webhook, message(), secret=PREVIOUS)["statusCode"] == 401
        assert call(webhook, message(), secret=SECRET)["statusCode"] == 200


class TestRequestBodies:
    """A body that is not a supported update is answered with 200, so that Telegram does not send it again."""

    @pytest.mark.parametrize(
        "body", ["", "{", "null", "[]", '{"update_id": 1}', '{"update_id": 1, "poll": {}}', "x" * 1_000_001]
    )
    def test_a_body_that_is_not_a_supported_update_is_answered_and_ignored(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, body: str
    ) -> None:
        with lambda_functions.recorded_calls() as calls:
            answer = call(webhook, body)
        assert (answer["statusCode"], answer["body"]) == (200, "")
        assert calls == []

    def test_a_missing_body_is_read_as_an_empty_one(self, webhook: ModuleType) -> None:
        event = request("")
        del event["body"]
        assert webhook.handler(event, Context())["statusCode"] == 200

    def test_a_base64_body_is_decoded(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        assert call(webhook, base64.b64encode(message().encode()), isBase64Encoded=True)["statusCode"] == 200
        assert lambda_functions.telegram.named() == ["sendMessage"]

    def test_an_unpaired_surrogate_in_the_body_raises_no_error(self, webhook: ModuleType) -> None:
        assert call(webhook, '{"update_id": 1, "message": "\ud83d"}')["statusCode"] == 200

    def test_invalid_base64_is_ignored(self, lambda_functions: LambdaFunctions, webhook: ModuleType) -> None:
        assert call(webhook, "abc", isBase64Encoded=True)["statusCode"] == 200
        assert lambda_functions.telegram.calls == []


class TestResponses:
    """What the function returns to API Gateway: the answer, a request to retry, metrics."""

    def test_the_answer_to_a_callback_query_is_in_the_response(self, webhook: ModuleType) -> None:
        call(webhook, message())
        answer = call(webhook, tap("settings", 2))
        assert answer["headers"]["content-type"] == "application/json"
        assert json.loads(answer["body"]) == {"method": "answerCallbackQuery", "callback_query_id": "777"}

    def test_links_use_the_called_domain_unless_one_is_configured(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        call(webhook, tap("try", 2))
        call(webhook, tap("platform:ios", 3))
        buttons = [button for row in lambda_functions.telegram.messages(42)[0].buttons for button in row]
        copied = [button.copy_text for button in buttons if button.copy_text]
        assert copied[0].text.startswith("https://api.example/s/")

    def test_a_429_of_telegram_becomes_retry_after(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        lambda_functions.telegram.refuse("sendMessage", Refusal(429, "Too Many Requests", retry_after=9))
        answer = call(webhook, message())
        assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "9")
        assert call(webhook, message())["statusCode"] == 200

    @pytest.mark.parametrize("error", [StorageUnavailable("throttled"), Conflict("stale")])
    def test_an_unavailable_table_makes_telegram_send_the_update_again(
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

    def test_a_dynamodb_that_does_not_answer_makes_telegram_send_the_update_again(
        self, webhook: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def times_out(client: object, operation: str, parameters: object) -> None:
            raise ReadTimeoutError(endpoint_url=f"https://dynamodb/{operation}")

        with monkeypatch.context() as broken:
            replace_calls(broken, lambda _: times_out)
            assert call(webhook, message())["statusCode"] == 503

    def test_a_table_that_does_not_exist_quarantines_the_update(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        lambda_functions.aws.client("dynamodb").delete_table(TableName=webhook.webhook.settings.table_name)
        answer = call(webhook, message())
        assert (answer["statusCode"], "went wrong" in answer["body"]) == (200, True)
        (quarantined,) = lambda_functions.quarantined()
        assert quarantined["reason"] == "Misconfigured"
        lambda_functions.aws.client("dynamodb").create_table(
            TableName=webhook.webhook.settings.table_name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )

    def test_an_update_is_not_processed_when_little_time_is_left(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        assert webhook.handler(request(message()), Context(1500))["statusCode"] == 503
        assert lambda_functions.telegram.calls == []

    def test_an_update_that_meets_a_bug_is_quarantined_and_can_be_replayed(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr("vpnbot.telegram.customer.home.home", lambda view: 1 / 0)
            answer = call(webhook, message())
        assert answer["statusCode"] == 200
        assert json.loads(answer["body"])["method"] == "sendMessage"
        assert answer["headers"]["x-vpnbot-quarantined"] == "1"
        (quarantined,) = lambda_functions.quarantined()
        assert quarantined["reason"] == "ZeroDivisionError"
        assert call(webhook, json.dumps(quarantined["update"]))["statusCode"] == 200
        assert "3 days" in lambda_functions.telegram.messages(42)[-1].words

    def test_telegram_keeps_an_update_that_cannot_be_quarantined(
        self, lambda_functions: LambdaFunctions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        webhook = lambda_functions.webhook(PARKING_QUEUE_URL=f"{lambda_functions.quarantine_url}-gone")
        monkeypatch.setattr("vpnbot.telegram.customer.home.home", lambda view: 1 / 0)
        assert call(webhook, message())["statusCode"] == 503

    def test_metrics_are_published_with_the_invocation_that_counted_them(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call(webhook, message())
        assert "_aws" not in capsys.readouterr().out, "a first contact is only in the line of the activity"
        call(webhook, tap("try", 2))
        (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
        assert line["Trials"] == [1.0]
        assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "vpnbot"
        call(webhook, tap("settings", 3))
        assert "_aws" not in capsys.readouterr().out, "nothing was counted, so nothing is published"


class TestThreads:
    """The handler is called from several threads of one process."""

    def test_forty_people_in_eight_threads_are_all_answered(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        people = range(1000, 1040)

        def send_message(user_id: int) -> int:
            return int(call(webhook, message(update_id=user_id, user_id=user_id))["statusCode"])

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(send_message, people)) == {200}
        assert all(len(lambda_functions.telegram.messages(user_id)) == 1 for user_id in people)

    def test_one_tap_delivered_twice_concurrently_creates_one_client(
        self, lambda_functions: LambdaFunctions, webhook: ModuleType
    ) -> None:
        call(webhook, message())
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(lambda _: call(webhook, tap("try", 2))["statusCode"], range(2)))
        assert 200 in statuses
        assert set(statuses) <= {200, 503}
        table = lambda_functions.aws.client("dynamodb").scan(TableName=webhook.webhook.settings.table_name)["Items"]
        clients = [
            item
            for item in table
            if item["pk"]["S"] == f"DEMO_PANEL#{DEMO_SERVER.id}" and "CLIENT" in item["sk"]["S"]
        ]
        assert len(clients) == 1
