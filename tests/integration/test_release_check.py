"""The check of a release lets a healthy version through, and rejects a broken one with the reason in its log.

The functions run in Lambda's real runtime client, as CodeDeploy would call them.
"""

import asyncio
import dataclasses
from pathlib import Path

import pytest

from tests.integration.release import CHECKS, SECRETS, Machine, Release, released

FOLDERS = {"TelegramWebhook": "telegram_webhook", "DueWorker": "due_worker"}
EVERY_FUNCTION = pytest.mark.parametrize("function", CHECKS)


def checked(release: Release, function: str) -> tuple[str, Machine]:
    """Check a function of a release; return the reported status, and the machine after its end."""

    async def scenario() -> tuple[str, Machine]:
        async with released(release) as machine:
            status = await machine.check(function)
            assert machine.items() == [], "the check has changed the table"
            return status, machine

    return asyncio.run(scenario())


def broken(folder: Path, function: str, code: str) -> Release:
    """Return a release in which one function has this code."""
    place = folder / FOLDERS[function]
    place.mkdir()
    (place / "app.py").write_text(code)
    return Release(folders={function: place})


def rejected(release: Release, function: str) -> str:
    """Check a function that must be rejected; return the log of the check."""
    status, machine = checked(release, function)
    log = machine.log("release_check")
    assert status == "Failed", log
    assert "the new version is rejected" in log
    return log


@EVERY_FUNCTION
def test_a_healthy_version_is_accepted_and_changes_nothing(function: str) -> None:
    status, machine = checked(Release(), function)
    assert status == "Succeeded", machine.log("release_check")
    assert machine.log(FOLDERS[function]), "the version was not called"


@pytest.mark.parametrize(
    ("function", "missing"), [("TelegramWebhook", "PARKING_QUEUE_URL"), ("DueWorker", "TABLE_NAME")]
)
def test_a_version_without_a_setting_is_rejected(function: str, missing: str) -> None:
    assert missing in rejected(Release(variables={function: {missing: ""}}), function)


@EVERY_FUNCTION
def test_a_version_that_cannot_be_imported_is_rejected(function: str, tmp_path: Path) -> None:
    release = broken(tmp_path, function, "import a_module_that_the_layer_lacks\n")
    assert "a_module_that_the_layer_lacks" in rejected(release, function)


@EVERY_FUNCTION
@pytest.mark.parametrize("lacking", ["bot_token", "key_secret"])
def test_a_version_that_does_not_find_a_secret_is_rejected(function: str, lacking: str) -> None:
    if (function, lacking) == ("DueWorker", "key_secret"):
        pytest.skip("due work about a person needs no key secret; keys and links do")
    secrets = {name: value for name, value in SECRETS.items() if name != lacking}
    rejected(Release(secrets=secrets), function)


@EVERY_FUNCTION
def test_a_version_with_a_table_of_another_schema_is_rejected(function: str) -> None:
    async def scenario() -> tuple[str, str]:
        async with released(Release(variables={function: {"TABLE_NAME": f"other-{function}"}})) as machine:
            machine.aws.client("dynamodb").create_table(
                TableName=f"other-{function}",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            )
            return await machine.check(function), machine.log("release_check")

    status, log = asyncio.run(scenario())
    assert status == "Failed", log


@EVERY_FUNCTION
def test_a_version_that_raises_is_rejected_with_its_error(function: str, tmp_path: Path) -> None:
    code = "def handler(event, context):\n    raise ValueError('of the new version')\n"
    assert "ValueError: of the new version" in rejected(broken(tmp_path, function, code), function)


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("TelegramWebhook", {"statusCode": 503, "body": ""}),
        ("TelegramWebhook", {"statusCode": 200, "body": ""}),
        ("TelegramWebhook", {"statusCode": 200, "body": '{"method": "answerPreCheckoutQuery", "ok": true}'}),
        ("TelegramWebhook", {"statusCode": 200, "body": '{"method": "answerPreCheckoutQuery", "ok": false}'}),
        ("TelegramWebhook", None),
        ("DueWorker", {"batchItemFailures": [{"itemIdentifier": "held"}]}),
        ("DueWorker", None),
    ],
)
def test_a_version_with_a_wrong_answer_is_rejected(function: str, answer: object, tmp_path: Path) -> None:
    rejected(broken(tmp_path, function, f"def handler(event, context):\n    return {answer!r}\n"), function)


def test_a_worker_that_only_logs_its_bug_is_rejected(tmp_path: Path) -> None:
    code = """
import json
def handler(event, context):
    print(json.dumps({"level": "ERROR", "message": "due work failed", "error": "KeyError"}))
    return {"batchItemFailures": []}
"""
    assert "it logged: due work failed, KeyError" in rejected(broken(tmp_path, "DueWorker", code), "DueWorker")


@EVERY_FUNCTION
def test_a_version_that_hangs_is_rejected_before_the_check_itself_ends(function: str, tmp_path: Path) -> None:
    release = broken(tmp_path, function, "import time\ndef handler(event, context):\n    time.sleep(60)\n")
    log = rejected(dataclasses.replace(release, check_seconds=13), function)
    assert "ReadTimeoutError" in log or "Read timeout" in log


def test_a_check_that_does_not_know_what_to_try_reports_a_failure() -> None:
    release = Release(variables={"WorkerCheck": {"CHECKED_FUNCTION": "dispatcher"}})
    assert "CHECKED_FUNCTION" in rejected(release, "DueWorker")
