"""Local execution environments behave as Lambda's: one invocation at a time, crashes, timeouts, no orphans."""

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
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            answer = body_of(outcome := await sample.runtime.invoke("Web", {"body": "hi"}))
            assert answer["event"] == {"body": "hi"}
            assert answer["environment"]["STAGE"] == "demo"
            assert 0 < answer["remaining_ms"] <= 5000
            assert outcome.init_ms is not None
            again = await sample.runtime.invoke("Web", {})
            assert again.environment == outcome.environment
            assert again.init_ms is None

    asyncio.run(scenario())


def test_an_environment_runs_one_invocation_at_a_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, max_environments=2) as sample:
            outcomes = await asyncio.gather(*(sample.runtime.invoke("Slow", {"seconds": 0.3}) for _ in range(4)))
            assert [outcome.payload for outcome in outcomes] == ["done"] * 4
            assert len({outcome.environment for outcome in outcomes}) == 2

    asyncio.run(scenario())


def test_after_a_crash_a_new_environment_runs_the_next_invocation(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            crashed = await sample.runtime.invoke("Web", {"body": "crash"})
            assert crashed.error is not None
            assert crashed.error.kind == "Runtime.ExitError"
            assert "exit status 3" in crashed.error.message
            assert (await sample.runtime.invoke("Web", {})).environment != crashed.environment

    asyncio.run(scenario())


def test_a_function_that_raises_keeps_its_environment(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            raised = await sample.runtime.invoke("Web", {"body": "raise"})
            assert raised.error is not None
            assert (raised.error.kind, raised.error.message) == ("ValueError", "on request")
            assert (await sample.runtime.invoke("Web", {})).environment == raised.environment
            assert any("on request" in line for line in sample.logs)

    asyncio.run(scenario())


def test_a_function_that_exceeds_its_timeout_is_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            outcome = await sample.runtime.invoke("Slow", {"seconds": 30})
            assert outcome.error is not None
            assert outcome.error.kind == "Sandbox.Timedout"
            assert "1.00 seconds" in outcome.error.message
            assert (await sample.runtime.invoke("Slow", {"seconds": 0})).payload == "done"

    asyncio.run(scenario())


def test_a_failed_import_is_the_answer_to_all_waiting_invocations(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            outcomes = await asyncio.gather(*(sample.runtime.invoke("Broken", {}) for _ in range(2)))
            assert {outcome.error.kind for outcome in outcomes if outcome.error} == {"Runtime.InitError"}
            assert all("cannot be imported" in str(outcome.error) for outcome in outcomes)

    asyncio.run(scenario())


def test_stopping_ends_every_child_process_even_during_an_invocation(tmp_path: Path) -> None:
    async def scenario() -> list[int]:
        async with running(tmp_path) as sample:
            await sample.runtime.invoke("Web", {})
            running_invocation = asyncio.create_task(sample.runtime.invoke("Slow", {"seconds": 30}))
            while not any(name.startswith("slow") for name in sample.runtime.processes):  # noqa: ASYNC110  no event to wait for
                await asyncio.sleep(0.01)
            pids = list(sample.runtime.processes.values())
        assert (await running_invocation).error is not None
        return pids

    pids = asyncio.run(scenario())
    assert len(pids) == 2
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_stopping_ends_a_child_process_that_is_being_started(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as sample:
            starting = asyncio.create_task(sample.runtime.invoke("Web", {}))
            while not sample.runtime.processes:  # noqa: ASYNC110  no event to wait for
                await asyncio.sleep(0)
        assert (await starting).error is not None
        assert not sample.runtime.processes

    asyncio.run(asyncio.wait_for(scenario(), timeout=60))


PARENT_THAT_IS_KILLED = """
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


def test_a_child_process_exits_when_its_parent_was_killed(tmp_path: Path) -> None:
    """The runtime client exits when the connection to its parent is closed."""
    parent = subprocess.run(  # noqa: S603  code of this module
        [sys.executable, "-c", PARENT_THAT_IS_KILLED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    pid = int(parent.stdout)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
