"""Many people, and the end of a process: what the control panel's API does for messages to many."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.options import Options
from local.system import System
from local.telegram.person import Person
from tests.e2e.running_demo import Ask, RunningDemo, play, take_trial
from vpnbot.domain.audience.facts import AUDIENCE_SHARDS, Group, parse
from vpnbot.storage.codec import audience_partition

PEOPLE = 300


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    """A system of this module: other tests need one without so many people."""
    with asyncio.Runner() as runner:
        system = System(Options(scheduled=False))
        runner.run(system.start())
        yield RunningDemo(system, runner, set())
        runner.run(system.stop())


def listed(demo: RunningDemo) -> dict[str, str]:
    """Return the facts about each person in the index of the audience."""
    found: dict[str, str] = {}
    for shard in range(AUDIENCE_SHARDS):
        pages = (
            demo.system.aws.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=demo.system.crowd.table_name,
                IndexName="audience",
                KeyConditionExpression="audience = :shard",
                ExpressionAttributeValues={":shard": {"S": audience_partition(shard)}},
            )
        )
        found |= {item["pk"]["S"]: item["audience_facts"]["S"] for page in pages for item in page["Items"]}
    return found


def test_many_people_are_in_the_audience_in_all_standings_and_are_answered_as_others(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        before = listed(demo).keys()
        known = set(demo.system.telegram.conversations.accounts)
        answer = await ask("POST", "people", {"count": PEOPLE})
        accounts = demo.system.telegram.conversations.accounts
        assert answer == {"added": PEOPLE, "people": len(accounts)}
        facts = {person: parse(text) for person, text in listed(demo).items() if person not in before}
        assert len(facts) == PEOPLE
        groups = Counter(each.group for each in facts.values() if each)
        assert groups.keys() == {Group.NEW, Group.TRIAL}
        now = demo.system.clock.now()
        ends = [each.ends_at for each in facts.values() if each and each.ends_at]
        assert any(end > now for end in ends)
        assert any(end < now - timedelta(days=30) for end in ends)
        new = [account for user_id, account in accounts.items() if user_id not in known]
        assert 0 < sum(account.blocked for account in new) < PEOPLE / 5
        assert not any(account.on_page for account in new)
        someone = next(account for account in new if not account.blocked)
        person = demo.system.telegram.person_by_id(someone.user_id)
        await person.sends("/start")
        person_id = demo.system.ledger.ring.person_id(someone.user_id)
        assert demo.system.ledger.entries(someone.user_id, "met") == []
        assert person_id in facts
        assert demo.system.ledger.user_of(person_id, accounts) == someone.user_id
        (update_id,) = await person.sends("/start")
        outcome = await ask("GET", f"outcome?update_id={update_id}")
        assert outcome["answers"] == [200]
        await ask("POST", "people", {"count": 0}, status=400)
        await ask("POST", "people", {"count": 20_001}, status=400)

    play(demo, scenario)


def errors_of_the_worker(demo: RunningDemo) -> list[str]:
    """Return how invocations of the worker have failed."""
    return [each.error for each in demo.system.meter.readings if each.function == "due_worker" and each.error]


@pytest.mark.parametrize("during", ["sendMessage", None])
def test_a_worker_that_is_killed_in_a_call_has_called_and_the_work_is_done_again(
    demo: RunningDemo, during: str | None
) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await demo.system.settle()
        await take_trial(person)
        ordered = {} if during is None else {"during": during}
        answer = await ask("POST", "faults/kill", ordered)
        assert answer == {"killed": 0, "kills": {"due_worker": (during or "").lower()}}
        before = len(errors_of_the_worker(demo))
        await ask("POST", "time", {"advance_seconds": 3600 + 60})
        assert (await ask("GET", "state"))["kills"] == {}
        assert errors_of_the_worker(demo)[before:] == ["Runtime.ExitError"]
        assert person.sees("not connected yet")

    play(demo, scenario)


def test_an_order_to_kill_can_be_withdrawn_and_a_process_that_does_nothing_is_not_killed(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        await demo.system.settle()
        before = (await ask("GET", "state"))["environments"]
        assert (await ask("POST", "faults/kill", {}))["killed"] == 0
        assert (await ask("POST", "faults/clear", {"only": "crashes"}))["kills"] == {}
        assert (await ask("GET", "state"))["environments"] == before
        await ask("POST", "faults/kill", {"function": "no_such"}, status=400)

    play(demo, scenario)
