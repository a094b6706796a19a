"""Measures a warm tap and its unavoidable parts: runs `warm_parts.py` in the environment of a function."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.doubles import BotApi, Dynamo
from benchmarks.recorded_updates import RecordedUpdate, function_environment


@dataclass(frozen=True, slots=True)
class Parts:
    """Medians in microseconds: the whole tap (`ours`), and its unavoidable parts.

    The calls to DynamoDB are there twice: with botocore's client and with our own.
    """

    ours: float
    aiogram: float
    botocore: float
    own_client: float
    telegram: float

    def sum_with(self, dynamodb: float) -> float:
        """Return the sum of the parts; `dynamodb` are those calls with one of the clients."""
        return self.aiogram + dynamodb + self.telegram


@dataclass(frozen=True, slots=True)
class Taps:
    """A tap and its parts, in wall time and in CPU time of the process."""

    wall: Parts
    cpu: Parts


def warm_parts(folder: Path, packages: list[Path], tap: RecordedUpdate, iterations: int) -> Taps:
    """Measure a tap and its parts alternately, in one process.

    Raises:
        RuntimeError: the process failed.
    """
    dynamo, bot_api = Dynamo(), BotApi()
    dynamo.replay(tap.answers)
    task = {
        "event": tap.event,
        "operations": tap.answers.operations,
        "forms": tap.forms,
        "methods": tap.telegram_methods,
        "iterations": iterations,
    }
    with dynamo.server() as dynamodb, bot_api.server() as telegram:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, [folder, *packages])),
            **function_environment("benchmark", dynamodb.url, telegram.url),
        }
        done = subprocess.run(
            [sys.executable, str(Path(__file__).parent / "warm_parts.py")],
            cwd=folder,
            env=environment,
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    figures = json.loads(done.stderr.splitlines()[-1])
    return Taps(*(Parts(**{name: both[kind] for name, both in figures.items()}) for kind in ("wall", "cpu")))
