"""INIT, which has a full CPU, does what every first update needs, so that no update waits for it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.aws import FAKE_CREDENTIALS, LocalAws
from local.stack import REGION, Deployment
from local.template import load
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import TOKEN, running
from tests.integration.lambda_functions import KEY_RING

SECRET = "of-the-webhook"


@pytest.fixture(scope="module")
def seen() -> Any:
    with LocalAws(lambda call: None) as aws, running() as telegram:
        sent = {"message_id": 2, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "a screen"}
        telegram.planned_responses = [(200, {"ok": True, "result": sent})]
        template = load(
            ROOT / "template.yaml",
            Deployment(f"vpnbot-init-{uuid4().hex[:6]}", aws.endpoint),
            {"Stage": "demo", "Panel": "demo"},
        )
        aws.deploy(template)
        function = template.function("telegram_webhook")
        environment = {
            "PATH": os.environ["PATH"],
            **function.environment,
            **FAKE_CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": aws.endpoint,
            "BOT_TOKEN": TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "KEY_SECRET": KEY_RING,
            "TELEGRAM_API_BASE": telegram.base,
            "PYTHONPATH": f"{ROOT / 'layers/vpnbot'}:{ROOT}:{function.folder}",
        }
        seen = _run(function.folder, environment)
        telegram.planned_responses = [(200, {"ok": True, "result": sent})]
        seen["modules"] = _run(function.folder, environment, "unobserved")["modules"]
        yield seen


def _run(folder: Path, environment: Mapping[str, str], *arguments: str) -> Any:
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-m", "tests.integration.init_process", SECRET, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith('{"of_init"')))


def test_the_first_update_is_answered(seen: Any) -> None:
    assert seen["status"] == 200


def test_the_first_update_imports_no_module_of_ours(seen: Any) -> None:
    assert [name for name in seen["imported"] if name.startswith("vpnbot.")] == []


def test_the_first_screen_is_sent_without_models_of_aiogram(seen: Any) -> None:
    methods = [name for name in seen["methods"] if name.rpartition(".")[2] in {"send_message", "edit_message_text"}]
    assert methods == []
    assert [name for name in seen["imported"] if name.startswith("aiogram.")] == []


def test_the_client_of_dynamodb_is_built_in_init(seen: Any) -> None:
    assert seen["of_init"]["clients"] == ["dynamodb"]
    assert seen["clients"] == ["dynamodb"], "the first update built another"


def test_init_opens_no_connection(seen: Any) -> None:
    assert seen["of_init"]["network"] == []
    assert seen["sockets"] == []


def test_neither_boto3_nor_a_client_of_botocore_is_loaded(seen: Any) -> None:
    """Errors and what these need; boto3 and the client take 90 modules, 130 ms and 15 MB."""
    assert "botocore.exceptions" in seen["modules"]
    unwanted = ("boto3", "s3transfer")
    assert [name for name in seen["modules"] if name.partition(".")[0] in unwanted] == []
    names = ("client", "session", "credentials", "config", "endpoint", "loaders", "model", "parsers")
    assert {f"botocore.{name}" for name in names} & set(seen["modules"]) == set()
