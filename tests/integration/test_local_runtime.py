"""Local execution environments behave as Lambda's: one invocation each, real crashes, time-outs, no orphans."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from local.invocation import Outcome
from tests.integration.local_sample import running


def body_of(outcome: Outcome) -> Any:
    assert outcome.error is None, outcome.error
    return json.loads(outcome.payload["body"])


def test_a_function_gets_its_event_variables_and_time_limit(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as sample:
            answer = body_of(outcome := await sample.runtime.invoke("Web", {"body": "hi"}))
            assert answer["event"] == {"body": "hi"}
            assert answer["environment"]["STAGE"] == "demo"
            assert 0 < answer["remaining_ms"] <= 5000
            assert outcome.init_ms is not None
            again = await sample.runtime.invoke("Web", {})
            assert again.environment == outcome.environment
            assert again.init_ms is None

    asyncio.run(play())


def test_an_environment_runs_one_invocation_at_a_time_and_more_are_started(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, max_environments=2) as sample:
            outcomes = await asyncio.gather(*(sample.runtime.invoke("Slow", {"seconds": 0.3}) for _ in range(4)))
            assert [outcome.payload for outcome in outcomes] == ["done"] * 4
            assert len({outcome.environment for outcome in outcomes}) == 2

    asyncio.run(play())


def test_a_crash_in_the_middle_is_reported_and_a_new_environment_serves_the_next(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as sample:
            crashed = await sample.runtime.invoke("Web", {"body": "crash"})
            assert crashed.error is not None
            assert crashed.error.kind == "Runtime.ExitError"
            assert "exit status 3" in crashed.error.message
            assert (await sample.runtime.invoke("Web", {})).environment != crashed.environment

    asyncio.run(play())


def test_a_function_that_raises_keeps_its_environment(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as sample:
            raised = await sample.runtime.invoke("Web", {"body": "raise"})
            assert raised.error is not None
            assert (raised.error.kind, raised.error.message) == ("ValueError", "on request")
            assert (await sample.runtime.invoke("Web", {})).environment == raised.environment
            assert any("on request" in line for line in sample.logs)

    asyncio.run(play())


def test_a_function_that_runs_out_of_time_is_killed(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as sample:
            outcome = await sample.runtime.invoke("Slow", {"seconds": 30})
            assert outcome.error is not None
            assert outcome.error.kind == "Sandbox.Timedout"
            assert "1.00 seconds" in outcome.error.message
            assert (await sample.runtime.invoke("Slow", {"seconds": 0})).payload == "done"

    asyncio.run(play())


def test_an_import_that_fails_answers_everybody_who_waits(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as sample:
            outcomes = await asyncio.gather(*(sample.runtime.invoke("Broken", {}) for _ in range(2)))
            assert {outcome.error.kind for outcome in outcomes if outcome.error} == {"Runtime.InitError"}
            assert all("cannot be imported" in str(outcome.error) for outcome in outcomes)

    asyncio.run(play())


def test_stopping_ends_every_child_even_in_the_middle_of_its_work(tmp_path: Path) -> None:
    async def play() -> list[int]:
        async with running(tmp_path) as sample:
            await sample.runtime.invoke("Web", {})
            working = asyncio.create_task(sample.runtime.invoke("Slow", {"seconds": 30}))
            while not any(name.startswith("slow") for name in sample.runtime.processes):  # noqa: ASYNC110  no event to wait for
                await asyncio.sleep(0.01)
            pids = list(sample.runtime.processes.values())
        assert (await working).error is not None
        return pids

    pids = asyncio.run(play())
    assert len(pids) == 2
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_stopping_ends_a_child_that_is_just_being_started(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as sample:
            late = asyncio.create_task(sample.runtime.invoke("Web", {}))
            while not sample.runtime.processes:  # noqa: ASYNC110  no event to wait for
                await asyncio.sleep(0)
        assert (await late).error is not None
        assert not sample.runtime.processes

    asyncio.run(asyncio.wait_for(play(), timeout=60))


ORPHANING = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.integration.local_sample import running

async def main():
    async with running(Path(sys.argv[1])) as sample:
        await sample.runtime.invoke("Web", {})
        print(*sample.runtime.processes.values(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_a_child_whose_parent_was_killed_ends_by_itself(tmp_path: Path) -> None:
    """The parent's ports close with it, and the runtime client does not survive that."""
    parent = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", ORPHANING, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    pid = int(parent.stdout)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
