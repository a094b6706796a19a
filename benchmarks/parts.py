"""Runs `warm_parts.py` as a function would run."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.doubles import BotApi, Dynamo
from benchmarks.scenario import Recorded, variables

TURNS = 400


@dataclass(frozen=True, slots=True)
class Parts:
    """Medians in microseconds: the whole tap, and what it cannot do without."""

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
        """Return how many times its unavoidable parts our tap takes."""
        return self.ours / self.unavoidable


@dataclass(frozen=True, slots=True)
class Taps:
    """A tap and its parts by the clock, and by the CPU time of the process alone."""

    wall: Parts
    cpu: Parts


def warm_parts(folder: Path, packages: list[Path], tap: Recorded) -> Taps:
    """Measure a tap and its parts, turn by turn, in one process.

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
        "turns": TURNS,
    }
    with dynamo.double() as dynamodb, bot_api.double() as telegram:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, [folder, *packages])),
            **variables("benchmark", dynamodb.url, telegram.url),
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
