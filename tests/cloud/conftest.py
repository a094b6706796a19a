"""Fixtures for tests against a deployed stack: `STACK_NAME=vpnbot-staging python -m pytest -m cloud tests/cloud`.

Region and credentials come from AWS_REGION and AWS_PROFILE, as for `ops`. The tests change nothing; one of them sets
the webhook again as it is.
"""

import os

import pytest

from ops.deployment import Deployment, Target
from vpnbot.settings import TELEGRAM_API_BASE, Stage
from vpnbot.telegram.bot_api.client import BotApi
from vpnbot.telegram.bot_api.transport import Transport


@pytest.fixture(scope="session")
def target() -> Target:
    """The stack that STACK_NAME names; its stage is the last part of the name, or STAGE."""
    name = os.environ.get("STACK_NAME")
    if not name:
        pytest.skip("STACK_NAME names no deployed stack")
    if "AWS_REGION" in os.environ:
        os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])
    return Target(Stage(os.environ.get("STAGE") or name.rpartition("-")[2]), name)


@pytest.fixture(scope="session")
def deployment(target: Target) -> Deployment:
    """The stack as CloudFormation describes it."""
    return target.deployment()


@pytest.fixture(scope="session")
def bot(target: Target) -> BotApi:
    """The bot of the stack."""
    base = os.environ.get("TELEGRAM_API_BASE") or TELEGRAM_API_BASE
    return BotApi(target.secret("bot_token"), Transport(base))
