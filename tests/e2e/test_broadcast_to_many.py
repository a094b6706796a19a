"""A broadcast to many people on the whole local system, whose worker is killed: each gets it once, or not at all."""

import asyncio
import os
import sys
from collections import Counter
from random import Random
from resource import RUSAGE_SELF, getrusage
from time import monotonic

import pytest

from local.meter import Cost
from tests.e2e.broadcast_harness import BroadcastRun, broadcast_run
from vpnbot.domain.broadcasts.broadcast import State
from vpnbot.domain.broadcasts.delivery import Outcome
from vpnbot.usecases.audience.walk import THREADS

pytestmark = pytest.mark.slow

PEOPLE = int(os.environ.get("BROADCAST_PEOPLE", "1000"))
"""10,000 take about ten minutes on two cores that are free: the emulated table is slower than Telegram."""
RATE = 500
KILLS = 3
COME = 3


async def kills(run: BroadcastRun, chance: Random) -> int:
    """Kill the worker at random moments, the last time inside a call to Telegram; return how often."""
    killed = 0
    for moment in sorted(chance.sample(range(PEOPLE // 20, PEOPLE * 3 // 4), KILLS - 1)):
        await run.tried(moment)
        killed += run.system.kills.order("due_worker")
    await run.tried(PEOPLE * 4 // 5)
    run.system.kills.order("due_worker", during="sendMessage")
    return killed + 1


def spent(run: BroadcastRun, seconds: float) -> str:
    """Return what the broadcast has cost so far, for those who run this test with many people (`pytest -s`)."""
    readings = [each for each in run.system.meter.readings if each.function == "due_worker"]
    cost = sum((each.cost for each in readings), Cost())
    peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{PEOPLE} people: {seconds:.0f} s, {peak} MB in this process, {len(readings)} invocations, "
        f"{cost.telegram_calls} calls to Telegram, "
        f"{cost.reads} reads, {cost.writes} writes, {cost.dollars:.4f} dollars"
    )


def test_a_killed_worker_sends_nothing_twice_skips_nobody_and_counts_what_it_does_not_know() -> None:
    async def scenario() -> None:
        async with broadcast_run(PEOPLE, RATE) as run:
            began = monotonic()
            await run.starts()
            audience = {person for person, facts in run.listed.items() if "|r1|" in facts and "|n1|" in facts}
            newcomers = [run.system.person(f"Late {number}") for number in range(COME)]
            for person in newcomers:
                await person.sends("/start")
            run.begins()
            killer = asyncio.create_task(kills(run, Random(PEOPLE)))
            found = await run.until(State.DONE)
            killed = await killer
            assert killed == KILLS

            outcomes = {person: Outcome(body["outcome"]) for person, body in run.outcomes.items()}
            copies = run.copies()
            assert max(copies.values()) == 1, "nobody has it twice"
            late = {run.system.ring.person_id(person.user_id) for person in newcomers}
            assert outcomes.keys() == audience | late, "nobody is skipped"
            assert {outcomes[person] for person in late} == {Outcome.LEFT}, "met after the start"
            assert copies.keys() <= audience, "and nobody else gets it"

            counted = Counter(outcomes.values())
            unsure = {person for person, outcome in outcomes.items() if outcome in {Outcome.UNSURE, Outcome.TRYING}}
            assert 1 <= len(unsure) <= THREADS * killed
            assert unsure & copies.keys(), "the call in flight was carried out, and its answer was lost"
            sent = {person for person, outcome in outcomes.items() if outcome is Outcome.SENT}
            assert copies.keys() - unsure == sent
            blocked = {
                run.system.ring.person_id(account.user_id)
                for account in run.system.telegram.conversations.accounts.values()
                if account.blocked
            }
            assert {p for p, outcome in outcomes.items() if outcome is Outcome.BLOCKED} == (
                blocked & audience
            ) - unsure

            figures = {name: int(number) for name, number in found["figures"].items()}
            assert figures == {
                name: number
                for name, number in {
                    "sent": counted[Outcome.SENT],
                    "blocked": counted[Outcome.BLOCKED],
                    "unsure": len(unsure),
                    "left": counted[Outcome.LEFT],
                    "failed": counted[Outcome.FAILED],
                }.items()
                if number
            }
            sys.stdout.write(f"{spent(run, monotonic() - began)}\n")
            accepted = [each for each in run.system.telegram.journal.sendings if each.method == "sendMessage"]
            assert len(accepted) == figures["sent"] + len(unsure & copies.keys())

    asyncio.run(scenario())
