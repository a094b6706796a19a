"""A snapshot of the webhook (SnapStart) contains models, and nothing that two restored copies must not share.

A process does its INIT as under SnapStart, with every use of the network, credentials, clock and randomness recorded.
Then it is copied twice (fork), as if two environments were restored from one snapshot, and each copy handles updates.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from local.aws import FAKE_CREDENTIALS, AwsCall, LocalAws
from local.stack import REGION, Deployment
from local.template import load
from tests.infrastructure.transformed_template import ROOT
from tests.integration.bot_api_double import TOKEN, BotApiDouble, running
from tests.integration.lambda_functions import KEY_RING
from vpnbot.telegram.updates.webhook_response import QUARANTINED_HEADER

SCRIPT = ROOT / "tests/integration/snapshot_process.py"
SECRET, NEW_SECRET = "secret-before-the-snapshot", "secret-after-the-snapshot"


@dataclass(frozen=True)
class Snapshot:
    """What INIT used, what two restored copies did, and what the outside saw of it."""

    init: dict[str, list[str]]
    copies: list[dict[str, Any]]
    telegram: BotApiDouble


@pytest.fixture(scope="module")
def snapshot() -> Any:
    calls: list[AwsCall] = []
    with LocalAws(calls.append) as aws, running() as telegram:
        sent = {"message_id": 2, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "a screen"}
        telegram.planned_responses = [(200, {"ok": True, "result": sent})] * 2
        deployment = Deployment(f"vpnbot-snapshot-{uuid4().hex[:6]}", aws.endpoint)
        template = load(ROOT / "template.yaml", deployment, {"Stage": "staging", "Panel": "demo"})
        aws.deploy(template)
        path = f"/{deployment.stack_name}"
        stored = {"bot_token": TOKEN, "webhook_secret": SECRET, "key_secret": KEY_RING}
        for name, value in stored.items():
            aws.client("ssm").put_parameter(Name=f"{path}/{name}", Value=value, Type="SecureString")
        calls.clear()
        function = template.function("telegram_webhook")
        process = subprocess.Popen(  # noqa: S603 - our own script, by our own interpreter
            [sys.executable, str(SCRIPT)],
            cwd=function.folder,
            env={
                "PATH": os.environ["PATH"],
                **function.environment,
                **FAKE_CREDENTIALS,
                "AWS_ACCESS_KEY_ID": "OF-THE-SNAPSHOT",
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ENDPOINT_URL": aws.endpoint,
                "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
                "TELEGRAM_API_BASE": telegram.base,
                "PYTHONPATH": f"{ROOT / 'layers/vpnbot'}:{function.folder}",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        assert process.stdout
        first = process.stdout.readline()
        init = json.loads(first) if first else {}
        of_init = list(calls)
        aws.client("ssm").put_parameter(Name=f"{path}/webhook_secret", Value=NEW_SECRET, Overwrite=True)
        output, errors = process.communicate(NEW_SECRET + "\n", timeout=120)
        assert process.returncode == 0, errors
        copies = [json.loads(line) for line in output.splitlines() if line.startswith('{"copy"')]
        assert not of_init, "INIT called AWS"
        yield Snapshot(init, copies, telegram)


@pytest.mark.parametrize("use", ["network", "credentials", "clients", "clock", "randomness"])
def test_init_uses_nothing_that_a_snapshot_must_not_contain(snapshot: Snapshot, use: str) -> None:
    assert snapshot.init[use] == []


def test_the_recorder_sees_what_it_has_to_see(snapshot: Snapshot) -> None:
    """After the copies were made, each of them did use the network, credentials, the clock and randomness."""
    for copy in snapshot.copies:
        assert all(copy["used"][use] for use in ("network", "credentials", "clients", "clock"))


def test_the_snapshot_contains_no_open_socket(snapshot: Snapshot) -> None:
    assert snapshot.init["sockets"] == []


def test_restored_copies_answer_updates(snapshot: Snapshot) -> None:
    assert len(snapshot.copies) == 2
    for copy in snapshot.copies:
        assert [response["statusCode"] for response in copy["responses"]] == [200, 200]
        assert not [response for response in copy["responses"] if QUARANTINED_HEADER in response["headers"]]
    assert [method for method, _ in snapshot.telegram.calls].count("sendMessage") == 2


def test_restored_copies_share_no_random_number(snapshot: Snapshot) -> None:
    one, other = (copy["random"] for copy in snapshot.copies)
    assert one.keys() == other.keys() >= {"random", "secrets", "uuid4", "uuid1", "urandom"}
    for source in one:
        assert one[source] != other[source], source


def test_restored_copies_use_their_own_credentials(snapshot: Snapshot) -> None:
    assert {copy["credentials"] for copy in snapshot.copies} == {"OF-COPY-0", "OF-COPY-1"}
    for copy in snapshot.copies:
        assert set(copy["signed_with"]) == {copy["credentials"]}


def test_restored_copies_read_secrets_that_were_changed_after_the_snapshot(snapshot: Snapshot) -> None:
    assert all(copy["old_secret_status"] == 401 for copy in snapshot.copies)


def test_restored_copies_share_no_connection(snapshot: Snapshot) -> None:
    one, other = (set(copy["local_ports"]) for copy in snapshot.copies)
    assert one
    assert not one & other


def test_models_modules_and_texts_are_ready_in_the_snapshot(snapshot: Snapshot) -> None:
    assert snapshot.init["unbuilt"] == []
    for copy in snapshot.copies:
        assert copy["imported_by_updates"] == [], "modules of ours that the first updates had to import"
