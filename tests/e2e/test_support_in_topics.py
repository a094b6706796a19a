"""Support in topics through the running functions: a group, its owner, a customer, and Telegram's own limits."""

from datetime import timedelta

from local.system import SUPPORT_CHAT_ID
from local.telegram.group_chat import GroupChat
from local.telegram.person import Person
from local.telegram.screen import SeenMessage
from local.telegram.writer import Attachment
from tests.e2e.running_demo import Ask, RunningDemo, play, take_trial


async def chosen(demo: RunningDemo) -> tuple[GroupChat, Person]:
    """Return a group with topics that its owner has chosen for support."""
    telegram = demo.system.telegram
    owner = telegram.person_by_id(SUPPORT_CHAT_ID)
    group = telegram.group_of_operators(owner)
    await group.by(owner).text("/support_here")
    await owner.taps("Yes, here", on=group.messages()[-1])
    return group, owner


def topics(group: GroupChat) -> list[int]:
    """Return the ids of the topics, oldest first."""
    return list(group.group.topics)


def words(messages: list[SeenMessage]) -> list[str]:
    """Return the texts, without those of service messages."""
    return [message.text for message in messages if message.text]


def test_a_conversation_both_ways_with_files_edits_a_deletion_and_its_end(demo: RunningDemo) -> None:
    async def scenario(_: Ask, anna: Person) -> None:
        group, owner = await chosen(demo)
        await take_trial(anna)
        await anna.taps("Home")
        await anna.taps("VPN doesn't work")
        await anna.taps("Write to us")
        await anna.sends("It does not connect")
        (topic,) = topics(group)
        card, question = [message for message in group.messages(topic) if message.text]
        assert anna.account.first_name in card.text
        assert question.text == "It does not connect"
        for kind in ("photo", "voice", "sticker", "document", "video_note"):
            await anna.writes.sends(Attachment(kind))
        await anna.writes.location(59.9, 30.3)
        await demo.system.advance(timedelta(minutes=2))
        assert len(group.messages(topic)) == 9, "the topic's own message, the card, and seven from Anna"
        await anna.writes.album([Attachment("photo", caption="one"), Attachment("photo", caption="two")])
        await demo.system.advance(timedelta(minutes=2))
        assert words(group.messages(topic))[-2:] == ["one", "two"]
        writer = group.by(owner)
        await writer.text("Try another app", thread=topic)
        answer = group.messages(topic)[-1]
        assert anna.sees("Try another app")
        await writer.edits(answer.message_id, "Try Happ")
        assert anna.sees("Try Happ")
        assert not anna.sees("Try another app")
        await writer.sends(Attachment("photo", caption="like this"), thread=topic)
        assert anna.sees("like this")
        await writer.text("// a difficult one", thread=topic)
        assert not anna.sees("difficult")
        await writer.text("🗑", thread=topic, reply_to=answer.message_id)
        assert not anna.sees("Try Happ")
        ends = demo.system.telegram.person_by_id(anna.user_id)
        await owner.taps("➕ 3", on=card)
        await owner.taps("Yes", on=_again(group, card))
        assert ends.sees("3 d")
        await writer.text("/close", thread=topic)
        assert anna.sees("We've closed your question")
        await demo.system.advance(timedelta(minutes=2))
        assert group.group.topics[topic].closed
        await anna.sends("Thanks")
        await anna.taps("Pass on")
        assert words(group.messages(topic))[-1] == "Thanks"
        assert not group.group.topics[topic].closed
        await anna.sends("/start")
        await _deletes(anna)
        await demo.system.advance(timedelta(minutes=3))
        assert topics(group) == []

    play(demo, scenario, "Anna")


def _again(group: GroupChat, message: SeenMessage) -> SeenMessage:
    """Return a message as it is now."""
    return next(each for each in group.messages() if each.message_id == message.message_id)


async def _deletes(person: Person) -> None:
    """Delete all data."""
    for label in ("Settings", "My data", "Delete", "Delete everything"):
        await person.taps(label)


def test_a_rush_of_questions_stays_within_the_limit_of_a_group(demo: RunningDemo) -> None:
    async def scenario(_: Ask, first: Person) -> None:
        group, _owner = await chosen(demo)
        people = [first, *(demo.system.person(f"Customer {number}") for number in range(9))]
        for person in people:
            await person.sends("/start")
        for number in range(2):
            for person in people:
                await person.sends(f"{person.account.first_name}, {number}")
                if person.screen.button("Pass on"):
                    await person.taps("Pass on")
        await demo.system.advance(timedelta(minutes=5))
        got = [message.text for thread in topics(group) for message in group.messages(thread)]
        for person in people:
            name = person.account.first_name
            assert [text for text in got if text.startswith(f"{name}, ")] == [f"{name}, 0", f"{name}, 1"]

    play(demo, scenario, "Zoe")


async def _asks(demo: RunningDemo, person: Person, text: str) -> tuple[GroupChat, Person, int]:
    """Return a group, its owner, and the topic of a person who has asked something."""
    group, owner = await chosen(demo)
    await take_trial(person)
    await person.taps("Home")
    await person.taps("VPN doesn't work")
    await person.taps("Write to us")
    await person.sends(text)
    (topic,) = topics(group)
    return group, owner, topic


def test_edits_follow_and_nothing_is_lost_while_the_bot_has_no_rights_or_is_out(demo: RunningDemo) -> None:
    async def scenario(_: Ask, vera: Person) -> None:
        group, owner, topic = await _asks(demo, vera, "It doesnt conect")
        await demo.system.advance(timedelta(seconds=5))
        await vera.writes.edits(_last_of(vera), "It does not connect")
        assert words(group.messages(topic))[1:] == ["It does not connect"]
        await vera.writes.sends(Attachment("photo", caption="lok"))
        await demo.system.advance(timedelta(seconds=5))
        await vera.writes.edits(_last_of(vera), "look")
        assert words(group.messages(topic))[1:] == ["It does not connect", "look"]

        await group.demotes_bot(owner)
        assert "I'm not an administrator." in words(group.messages())[-1]
        await vera.sends("without topics")
        await demo.system.advance(timedelta(minutes=2))
        assert "without topics" in words(group.messages())
        await group.promotes_bot(owner, "can_manage_topics", "can_delete_messages")
        await vera.sends("in the topic again")
        assert words(group.messages(topic))[-1] == "in the topic again"

        await group.removes_bot(owner)
        await vera.sends("while the bot is out")
        await demo.system.advance(timedelta(hours=1))
        await group.adds_bot(owner)
        await group.promotes_bot(owner, "can_manage_topics", "can_delete_messages")
        assert any("I'm back." in text for text in words(group.messages()))
        await demo.system.advance(timedelta(minutes=11))
        assert words(group.messages(topic)).count("while the bot is out") == 1

    play(demo, scenario, "Vera")


def test_topics_that_are_closed_deleted_or_made_by_hand_confuse_nobody(demo: RunningDemo) -> None:
    async def scenario(_: Ask, vera: Person) -> None:
        group, owner, topic = await _asks(demo, vera, "It does not connect")
        await group.closes_topic(owner, topic)
        assert vera.sees("We've closed your question")
        await vera.sends("one more")
        await vera.taps("Pass on")
        assert words(group.messages(topic))[-1] == "one more"
        assert not group.group.topics[topic].closed
        group.deletes_topic(topic)
        await vera.sends("in a new topic")
        (new,) = topics(group)
        assert words(group.messages(new))[-1] == "in a new topic"

        team = await group.opens_topic(owner, "Team")
        for text in ("hello?", "anybody?"):
            await group.by(owner).text(text, thread=team)
        told = [text for text in words(group.messages(team)) if text.startswith("🤷")]
        assert len(told) == 1
        await owner.sends("/admin")
        await owner.taps("Questions")
        await owner.taps("Try")
        assert owner.sees("has my test message.")
        await owner.sends("/admin")
        await owner.taps("Acts")
        assert owner.sees("group for questions")

    play(demo, scenario, "Vera")


def test_edits_within_an_album_change_its_copies_both_ways(demo: RunningDemo) -> None:
    async def scenario(_: Ask, nina: Person) -> None:
        group, owner, topic = await _asks(demo, nina, "Look")
        pictures = [Attachment("photo", caption="frst"), Attachment("photo", caption="second")]
        await nina.writes.album(pictures)
        await demo.system.advance(timedelta(seconds=5))
        assert words(group.messages(topic))[1:] == ["Look", "frst", "second"]
        await nina.writes.edits(_last_of(nina) - 1, "first")
        await nina.writes.edits(_last_of(nina), "the second")
        assert words(group.messages(topic))[1:] == ["Look", "first", "the second"]
        await nina.writes.album(pictures)
        await nina.writes.edits(_last_of(nina) - 1, "at once")
        await demo.system.advance(timedelta(minutes=1))
        assert words(group.messages(topic))[-2:] == ["at once", "second"], "the edit came before the copy"

        writer = group.by(owner)
        await writer.album(pictures, thread=topic)
        await demo.system.advance(timedelta(seconds=5))
        written = [message.message_id for message in group.messages(topic) if not message.from_bot][-2:]
        before = [message for message in nina.messages if message.from_bot]
        assert [message.text for message in before[-2:]] == ["frst", "second"]
        await writer.edits(written[0], "first")
        await writer.edits(written[1], "the second")
        after = [message for message in nina.messages if message.from_bot]
        assert [message.text for message in after[-2:]] == ["first", "the second"]
        assert len(after) == len(before), "no message comes again"
        assert not any(message.buttons for message in after[-2:]), "an album has no buttons"

    play(demo, scenario, "Nina")


def _last_of(person: Person) -> int:
    """Return the id of the last message that a person has written."""
    return max(message.message_id for message in person.messages if not message.from_bot)
