"""The models that the first update needs are built before it arrives."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys
import vpnbot.telegram.aiogram_runtime.bot_session
from vpnbot.telegram.aiogram_runtime.model_warmup import warm_up_models
warm_up_models()
from aiogram.types import CallbackQuery, Chat, InlineKeyboardMarkup, Message, MessageEntity, Update
built = [Update, Message, CallbackQuery, Chat]
assert all(model.__pydantic_complete__ for model in built), [m for m in built if not m.__pydantic_complete__]
before = set(sys.modules)
with open("events/telegram_webhook.json") as sample:
    Update.model_validate(json.loads(json.load(sample)["body"]))
assert set(sys.modules) == before, set(sys.modules) - before
print("warm")
"""


def test_a_start_message_needs_no_model_that_is_not_built_yet() -> None:
    done = subprocess.run(  # noqa: S603 - our own script, by our own interpreter
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "layers/vpnbot")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "warm\n"
