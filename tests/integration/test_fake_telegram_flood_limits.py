"""How often a bot may send: 20 messages a minute to a group, and fewer of all while Telegram is slow."""

from datetime import timedelta

from tests.integration.telegram_groups import message_id, new_topic, send, support_group
from tests.integration.telegram_harness import Harness, person_with_chat, run_scenario


def test_a_group_takes_twenty_messages_a_minute() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        for _ in range(20):
            assert (await send(harness, group.chat_id)).status == 200
            harness.advance(timedelta(seconds=1))
        refused = await send(harness, group.chat_id)
        assert refused.body == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 40",
            "parameters": {"retry_after": 40},
        }
        assert (await send(harness, olga.user_id)).status == 200
        assert (await harness.call("getChat", chat_id=group.chat_id)).status == 200
        harness.advance(timedelta(seconds=39))
        assert (await send(harness, group.chat_id)).status == 429
        harness.advance(timedelta(seconds=1))
        assert (await send(harness, group.chat_id)).status == 200
        assert (await send(harness, group.chat_id)).status == 429

    run_scenario(scenario)


def test_edits_topics_copies_and_each_message_of_a_list_count() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        thread = await new_topic(harness, group)
        sent = message_id(await send(harness, group.chat_id, message_thread_id=thread))
        await harness.call("editMessageText", chat_id=group.chat_id, message_id=sent, text="Other")
        await olga.sends("first", times=10, wait=False)
        ids = [message.message_id for message in olga.messages]
        many = {"chat_id": group.chat_id, "from_chat_id": olga.user_id}
        assert (await harness.call("copyMessages", **many, message_ids=ids)).status == 200
        assert harness.telegram.journal.per_second(real=False, chat_id=group.chat_id) == [13]
        refused = await harness.call("copyMessages", **many, message_ids=ids)
        assert refused.status == 429
        assert (await harness.call("copyMessages", **many, message_ids=ids[:7])).status == 200
        assert (await send(harness, group.chat_id)).status == 429

    run_scenario(scenario)


def test_two_groups_and_calls_that_fail_do_not_take_from_each_other() -> None:
    async def scenario(harness: Harness) -> None:
        group, olga = await support_group(harness)
        other = harness.telegram.group("Another", olga)
        await other.adds_bot(olga)
        for _ in range(20):
            assert (await send(harness, group.chat_id, "")).status == 400
        for _ in range(20):
            assert (await send(harness, group.chat_id)).status == 200
        assert (await send(harness, group.chat_id)).status == 429
        assert (await send(harness, other.chat_id)).status == 200

    run_scenario(scenario)


def test_a_slow_telegram_takes_one_message_a_second_to_a_person_and_few_in_all() -> None:
    async def scenario(harness: Harness) -> None:
        people = [await person_with_chat(harness) for _ in range(4)]
        for _ in range(3):
            assert (await send(harness, people[0].user_id)).status == 200
        harness.advance(timedelta(seconds=5))
        limits = harness.telegram.faults.limits
        limits.slow_down(all_per_second=3)
        assert (await send(harness, people[0].user_id)).status == 200
        again = await send(harness, people[0].user_id)
        assert (again.status, again.body["parameters"]) == (429, {"retry_after": 1})
        assert (await send(harness, people[1].user_id)).status == 200
        assert (await send(harness, people[2].user_id)).status == 200
        assert (await send(harness, people[3].user_id)).status == 429
        harness.advance(timedelta(seconds=1))
        assert (await send(harness, people[3].user_id)).status == 200
        harness.telegram.faults.clear()
        for person in people:
            assert (await send(harness, person.user_id)).status == 200

    run_scenario(scenario)


def test_the_journal_shows_how_many_messages_were_accepted_in_each_second() -> None:
    async def scenario(harness: Harness) -> None:
        anna, boris = await person_with_chat(harness), await person_with_chat(harness)
        for person, seconds in ((anna, 0), (boris, 2), (anna, 0), (anna, 1), (boris, 0)):
            assert (await send(harness, person.user_id)).status == 200
            harness.advance(timedelta(seconds=seconds))
        harness.telegram.faults.next_calls_fail(429, retry_after=1)
        assert (await send(harness, anna.user_id)).status == 429
        journal = harness.telegram.journal
        assert journal.per_second(real=False) == [2, 0, 2, 1]
        assert journal.per_second(real=False, chat_id=boris.user_id) == [1, 0, 0, 1]
        assert sum(journal.per_second()) == 5
        assert [sending.chat_id for sending in journal.sendings][:2] == [anna.user_id, boris.user_id]
        journal.clear()
        assert journal.per_second() == []

    run_scenario(scenario)
