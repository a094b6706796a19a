"""Measures a warm tap and its unavoidable parts: runs `warm_parts.py` in the environment of a function."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.doubles import BotApi, Dynamo
from benchmarks.recorded_updates import RecordedUpdate, function_environment

ITERATIONS = 400


@dataclass(frozen=True, slots=True)
class Parts:
    """Medians in microseconds: the whole tap (`ours`), and its unavoidable parts."""

    ours: float
    aiogram: float
    botocore: float
    telegram: float

    @property
    def unavoidable(self) -> float:
        """Return the sum of the parts."""
        return self.aiogram + self.botocore + self.telegram

    @property
    def ratio(self) -> float:
        """Return the time of our tap divided by that of its unavoidable parts."""
        return self.ours / self.unavoidable


@dataclass(frozen=True, slots=True)
class Taps:
    """A tap and its parts, in wall time and in CPU time of the process."""

    wall: Parts
    cpu: Parts


def warm_parts(folder: Path, packages: list[Path], tap: RecordedUpdate) -> Taps:
    """Measure a tap and its parts alternately, in one process.

    Raises:
        RuntimeError: the process failed.
    """
    dynamo, bot_api = Dynamo(), BotApi()
    dynamo.replay(tap.answers)
    task = {
        "event": tap.event,
        "operations": tap.operations,
        "forms": tap.forms,
        "methods": tap.telegram_methods,
        "iterations": ITERATIONS,
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
