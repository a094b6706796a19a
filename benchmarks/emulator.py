"""One Lambda execution environment, run by AWS's own runtime emulator, which is part of the SAM command line."""

import json
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.cpu_limit import CpuLimit
from benchmarks.worker_clock import WHOLE_CORE_MB

ROOT = Path(__file__).parents[1]
INSIDE = Path(__file__).parent / "inside"
"""What a measured environment has on its path beside the layers."""
START_LIMIT_SECONDS = 60.0
_ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}


class Emulator:
    """A context manager: the emulator and the real runtime client, with one handler."""

    def __init__(
        self,
        folder: Path,
        packages: list[Path],
        variables: Mapping[str, str],
        limit: CpuLimit | None = None,
    ) -> None:
        """`packages` are the folders that the layers add to the path; it contains nothing else of this project.

        `limit` is in force from the first event on: Lambda gives INIT a whole core.
        """
        self._folder = folder
        self._figures = tempfile.NamedTemporaryFile("r", prefix="figures-", suffix=".txt")  # noqa: SIM115 - closed in __exit__
        self._variables = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(map(str, [INSIDE, *packages])),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(WHOLE_CORE_MB),
            "AWS_LAMBDA_FUNCTION_NAME": folder.name,
            "BENCHMARK_FIGURES": self._figures.name,
            **({"BENCHMARK_CPU_GROUP": str(limit.members)} if limit else {}),
            **variables,
        }
        self._log = tempfile.NamedTemporaryFile("w+", prefix="emulator-", suffix=".log")  # noqa: SIM115 - closed in __exit__
        self._port = _free_port()

    def __enter__(self) -> Self:
        program = ROOT / ".venv-sam/lib/python3.13/site-packages/samcli/local/rapid"
        command = [
            str(program / f"aws-lambda-rie-{_ARCHITECTURE[platform.machine()]}"),
            *("--runtime-api-address", f"127.0.0.1:{_free_port()}"),
            *("--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"),
            *("--log-level", "info", sys.executable, "-m", "awslambdaric", "measured_handler.handler"),
        ]
        self._process = subprocess.Popen(
            command, cwd=self._folder, env=self._variables, stdout=self._log, stderr=subprocess.STDOUT
        )
        self._wait_until_it_listens()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in self._children():
            os.kill(pid, 9)
        self._process.kill()
        self._process.wait()
        self._log.close()
        self._figures.close()

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run the handler once; the first call runs INIT before it.

        Raises:
            RuntimeError: the handler did not answer an event with success.
        """
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations",
            data=json.dumps(event).encode(),
        )
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - loopback
            answer = json.loads(response.read())
        if not isinstance(answer, dict) or not _succeeded(answer):
            raise RuntimeError(f"{self._folder.name}: {answer}\n{self.log()[-3000:]}")
        return answer

    def init_cpu_ms(self) -> float:
        """Return the CPU time of the handler's process from its start to its first event."""
        return self._cpu_ms()[0]

    def cpu_ms(self) -> list[float]:
        """Return the CPU time of each invocation but the last, the runtime client's included."""
        return [after - before for before, after in pairwise(self._cpu_ms())]

    def init_ms(self) -> float:
        """Return the duration of INIT that the emulator reports."""
        return float(re.findall(r"INIT REPORT\(durationMs: ([\d.]+)\)", self.log())[0])

    def durations_ms(self) -> list[float]:
        """Return the duration of each invocation that the emulator reports."""
        return [float(value) for value in re.findall(r"INVOKE RTDONE\(.*?duration: ([\d.]+)ms\)", self.log())]

    def peak_megabytes(self) -> float:
        """Return the peak memory of the handler's process (Linux: VmHWM)."""
        peaks = [
            int(found[1]) / 1024
            for pid in self._children()
            if (found := re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()))
        ]
        return max(peaks)

    def log(self) -> str:
        """Return the output of the emulator and of the handler."""
        return Path(self._log.name).read_text()

    def _cpu_ms(self) -> list[float]:
        return [int(line) / 1e6 for line in Path(self._figures.name).read_text().split()]

    def _children(self) -> list[int]:
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        return [int(pid) for task in tasks for pid in task.read_text().split()]

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"the emulator does not listen\n{self.log()}")


def _succeeded(answer: Mapping[str, Any]) -> bool:
    """Tell whether this is the success of a request, or of the messages of a queue."""
    return answer.get("statusCode") == 200 or answer.get("batchItemFailures") == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
