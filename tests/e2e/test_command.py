"""`python -m local` as a process: it starts beside a taken port, and Ctrl-C ends it with its child processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parents[2]


class Command:
    """One run of the command; reads its output line by line."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(  # noqa: S603  the arguments are constants
            [sys.executable, "-m", "local", *arguments],
            cwd=ROOT,
            env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def until(self, pattern: str) -> re.Match[str]:
        """Read lines until one matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if match := re.search(pattern, line):
                return match
        pytest.fail(f"no line like {pattern!r} in\n{''.join(self.lines)}")

    def interrupted(self) -> int:
        """Press Ctrl-C: the terminal signals the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


type Run = Callable[..., Command]


@pytest.fixture
def run() -> Iterator[Run]:
    commands: list[Command] = []

    def start(*arguments: str, **environment: str) -> Command:
        commands.append(Command(*arguments, **environment))
        return commands[-1]

    yield start
    for command in commands:
        command.close()


def fetch(url: str, body: object = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json", **(headers or {})})  # noqa: S310  loopback
    with urlopen(request, timeout=30) as response:  # noqa: S310  loopback
        return response.status, response.read().decode()


def test_it_starts_beside_a_taken_port_answers_and_ends_all_child_processes(run: Run) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        command = run("--port", str(port), "--telegram-api", WEBHOOK_SECRET="known-secret")
        base = command.until(r"chat\s+(http://\S+)/").group(1)
    assert f"port {port} is taken" in "".join(command.lines)
    api = command.until(r"Bot API (http://\S+)METHOD").group(1)
    info = json.loads(fetch(f"{api}getWebhookInfo")[1])["result"]
    assert info["url"] == f"{base}/telegram"
    command.until("due_dispatcher-1 is up")
    update = {"update_id": 1, "my_chat_member": {}}
    secret = {"X-Telegram-Bot-Api-Secret-Token": "known-secret"}
    assert fetch(f"{base}/telegram", update, secret)[0] == 200
    state = json.loads(fetch(f"{base}/control/api/state")[1])
    children = list(state["environments"].values())
    assert len(children) >= 3
    assert command.interrupted() == 0
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_a_token_that_telegram_rejects_ends_the_command_with_a_reason(run: Run) -> None:
    fake = run("--port", "0", "--telegram-api")
    api = fake.until(r"Bot API (http://\S+)/bot").group(1)
    command = run("--port", "0", "--token", "1:wrong", "--telegram-api-base", api)
    command.until("does not know this token")
    assert command.process.wait(20) == 1
