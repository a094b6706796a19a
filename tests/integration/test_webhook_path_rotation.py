"""The path and the secret of the webhook are renewed together; in any order of commands Telegram reaches it.

A deployment opens the stored path and gives it to Telegram with the stored secret. All other commands use the path
that is deployed.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from functions.webhook_registrar import app as registrar
from tests.infrastructure.transformed_template import ROOT
from tests.integration.operator_command_line import OperatorCommandLine, open_command_line

ROTATE = ("configure", "--rotate-webhook-secret")
SET = ("webhook", "set")
DEPLOY = ("sam", "deploy")


class TimeLeft:
    """The part of Lambda's context that the registrar uses."""

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Shop:
    """A deployed bot: the stack, Telegram, and the function that CloudFormation calls when an address changes."""

    def __init__(self, operator: OperatorCommandLine) -> None:
        self.operator = operator
        operator.run("configure")
        self.deployed_url = operator.deploy()["WebhookUrl"]
        self._register("Create")

    def run(self, command: tuple[str, ...]) -> None:
        if command == DEPLOY:
            before, self.deployed_url = self.deployed_url, self.operator.deploy_again()["WebhookUrl"]
            if self.deployed_url != before:
                self._register("Update")
        else:
            self.operator.run(*command)

    def _register(self, kind: str) -> None:
        event: dict[str, Any] = json.loads((ROOT / "events" / "webhook_registrar.json").read_text())
        event |= {"RequestType": kind, "PhysicalResourceId": "4242"}
        event["ResponseURL"] = f"{self.operator.telegram.base}/answer?signature=1"
        event["ResourceProperties"] |= {"Url": self.deployed_url}
        registrar.handler(event, TimeLeft())
        assert self.operator.telegram.reports[-1]["Status"] == "SUCCESS"

    def reached(self) -> bool:
        """Tell whether Telegram delivers to the deployed path, with a secret that the webhook accepts."""
        telegram, stored = self.operator.telegram.webhook, self.operator.secrets()
        accepted = {stored["webhook_secret"], stored.get("webhook_secret_previous")}
        return telegram["url"] == self.deployed_url and telegram["secret_token"] in accepted


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in ("BOT_TOKEN", "WEBHOOK_SECRET", "KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with open_command_line(monkeypatch) as operator:
        for name, value in {"STAGE": "production", "SECRETS_PATH": "/vpnbot-demo", "TABLE_NAME": "t"}.items():
            monkeypatch.setenv(name, value)
        for name, value in {"PANEL": "three_x_ui", "SUPPORT_CHAT_ID": "-100"}.items():
            monkeypatch.setenv(name, value)
        yield Shop(operator)


def test_the_path_cannot_be_guessed(shop: Shop) -> None:
    path = shop.operator.secrets()["webhook_path"]
    assert re.fullmatch(r"telegram/[A-Za-z0-9_-]{32}", path)
    assert shop.deployed_url == f"{shop.operator.telegram.base}/{path}"


def test_a_rotation_and_a_deployment_give_telegram_a_new_path_and_secret(shop: Shop) -> None:
    before = dict(shop.operator.telegram.webhook)
    result = shop.operator.run(*ROTATE)
    assert "Now deploy: python -m ops --stage demo deploy" in result.output
    assert shop.operator.telegram.webhook == before
    shop.run(DEPLOY)
    after, stored = shop.operator.telegram.webhook, shop.operator.secrets()
    assert after["url"].endswith(stored["webhook_path"])
    assert after["url"] != before["url"]
    assert after["secret_token"] == stored["webhook_secret"] != before["secret_token"]
    assert "webhook_secret_previous" not in stored


def test_before_the_deployment_the_webhook_is_set_to_the_deployed_path(shop: Shop) -> None:
    before = dict(shop.operator.telegram.webhook)
    shop.run(ROTATE)
    shop.run(SET)
    after = shop.operator.telegram.webhook
    assert after["url"] == before["url"], "the API does not have the new path yet"
    assert after["secret_token"] != before["secret_token"]


def test_in_every_order_of_commands_telegram_reaches_the_webhook(shop: Shop) -> None:
    for commands in product((ROTATE, SET, DEPLOY), repeat=3):
        for number, command in enumerate(commands):
            shop.run(command)
            assert shop.reached(), commands[: number + 1]
    shop.run(DEPLOY)
    assert shop.deployed_url.endswith(shop.operator.secrets()["webhook_path"])


def test_a_deployment_that_could_not_register_the_webhook_leaves_the_old_path_and_secret_valid(shop: Shop) -> None:
    """CloudFormation changes the path back, and calls the registrar with the old address."""
    shop.run(ROTATE)
    old = shop.deployed_url
    shop.operator.telegram.planned_responses = [(400, {"ok": False, "error_code": 400, "description": "bad"})]
    event: dict[str, Any] = json.loads((ROOT / "events" / "webhook_registrar.json").read_text())
    event |= {"RequestType": "Update", "PhysicalResourceId": "4242"}
    event["ResponseURL"] = f"{shop.operator.telegram.base}/answer?signature=1"
    event["ResourceProperties"] |= {"Url": f"{shop.operator.telegram.base}/telegram/new"}
    registrar.handler(event, TimeLeft())
    assert shop.operator.telegram.reports[-1]["Status"] == "FAILED"
    assert (shop.deployed_url, shop.reached()) == (old, True)


def test_a_replay_delivers_to_the_deployed_path(shop: Shop) -> None:
    import boto3

    shop.run(ROTATE)
    update = {"update": {"update_id": 7}, "reason": "bug"}
    queue = shop.operator.outputs()["ParkingQueueUrl"]
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(update))
    assert shop.operator.run("replay").exit_code == 0
    (path,) = shop.operator.telegram.paths
    assert shop.deployed_url.endswith(path)
