"""The topic of a person in the operators' group: made before the first copy, with a card, and opened when needed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.people.person import Person
from vpnbot.domain.support_chat import Place, Relayed, SupportChat, ThreadGone, TopicOutcome, TopicsRefused
from vpnbot.domain.topics import Topic, TopicState
from vpnbot.errors import ClaimLost
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.ports import Context, Operators, Session

_LEFT_AGAIN = timedelta(minutes=1)
"""A person who comes back while the topic of before is being deleted waits so long, and again."""


@dataclass(frozen=True, slots=True)
class Later:
    """The operators' group has got as many messages as allowed; try again at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """What the work on one person's conversation needs."""

    session: Session
    operators: Operators
    context: Context

    @property
    def person(self) -> Person:
        """The person as of the last load or commit."""
        return self.session.person

    @property
    def language(self) -> str:
        """The language of the person."""
        return self.person.user.language or ""

    def token(self, chat_id: int, count: int = 1) -> Later | None:
        """Count what is about to be sent to the group; return when it is possible, if it is not now."""
        possible_at = self.operators.records.take(chat_id, count, self.context.clock())
        return None if possible_at is None else Later(possible_at)

    def keep(self, topic: Topic) -> bool:
        """Store the person's topic; False, and nothing is stored: the person has deleted their data meanwhile.

        Raises:
            Conflict: concurrent changes; try again later.
        """

        def kept(person: Person) -> Decision | None:
            if not person.user.known:
                return None
            now = person.topic or topic
            return Decision(replace(person, topic=replace(topic, state=now.state, asked_at=now.asked_at)))

        return apply_fact(self.session, self.context, kept).user.known


def place_of(desk: Desk, chat: SupportChat) -> Place | TopicOutcome | Later:
    """Return where messages of the person go: their topic, which is made if need be, or the chat without topics.

    Each call to Telegram is one of those that the group may get in a minute. What it has made is stored at once, so
    that a crash leaves at most one topic without use.

    Raises:
        ClaimLost: the person has deleted their data meanwhile.
        Conflict: concurrent changes; try again later.
    """
    chat_id = chat.chat_id or 0
    earlier = desk.person.topic
    if earlier is not None and earlier.state is TopicState.LEAVING:
        return Later(desk.context.clock() + _LEFT_AGAIN)
    if not chat.topics:
        return chat.place()
    topic = (desk.person.topic or Topic()).within(chat_id)
    for step in (_with_thread, _with_card, _with_open_thread):
        done = step(desk, topic, chat)
        if not isinstance(done, Topic):
            return done
        topic = done
    return chat.place(topic.thread_id)


def forget_thread(desk: Desk, chat_id: int) -> None:
    """Store that the operators have deleted the person's topic; the next message makes another."""
    topic = desk.person.topic or Topic()
    desk.keep(Topic(topic.state, chat_id))


def delete_topic(desk: Desk) -> TopicOutcome | None:
    """Delete the topic of a deleted person, and all pairs of messages; None: nothing is left.

    Where the bot may not delete topics, it asks the operators in the topic to do so.

    Raises:
        Conflict: concurrent changes; try again later.
    """
    topic = desk.person.topic
    if topic is not None and topic.thread_id:
        outcome = desk.operators.sender.delete_topic(Place(topic.chat_id, topic.thread_id))
        if isinstance(outcome, TopicsRefused):
            outcome = _left_to_operators(desk, topic)
        if not isinstance(outcome, Relayed | ThreadGone):
            return outcome
    while not desk.operators.records.erase(desk.person.id):
        pass

    def removed(person: Person) -> Decision | None:
        left = person.topic is not None and person.topic.state is TopicState.LEAVING
        return Decision(replace(person, topic=None)) if left else None

    apply_fact(desk.session, desk.context, removed)
    return None


def _left_to_operators(desk: Desk, topic: Topic) -> TopicOutcome:
    chat = desk.operators.support_chat.load(desk.operators.support_chat_id)
    place = Place(topic.chat_id, topic.thread_id, chat.language)
    desk.token(topic.chat_id)
    return desk.operators.sender.say(place, "support-delete-topic")


def _with_thread(desk: Desk, topic: Topic, chat: SupportChat) -> Topic | TopicOutcome | Later:
    if topic.thread_id:
        return topic
    if later := desk.token(topic.chat_id):
        return later
    _keep_or_stop(desk, replace(topic, creating=True))
    made = desk.operators.sender.create_topic(topic.chat_id, desk.person)
    if not isinstance(made, Relayed):
        return made
    with_thread = replace(topic, thread_id=made.message_ids[0], creating=False)
    if not desk.keep(with_thread):
        desk.operators.sender.delete_topic(chat.place(with_thread.thread_id))
        raise ClaimLost("the person has deleted their data meanwhile")
    return with_thread


def _keep_or_stop(desk: Desk, topic: Topic) -> None:
    """Store the topic.

    Raises:
        ClaimLost: the person has deleted their data meanwhile, and their questions with them.
    """
    if not desk.keep(topic):
        raise ClaimLost("the person has deleted their data meanwhile")


def _with_card(desk: Desk, topic: Topic, chat: SupportChat) -> Topic | TopicOutcome | Later:
    if topic.card_id:
        return topic
    if later := desk.token(topic.chat_id):
        return later
    place = chat.place(topic.thread_id)
    sent = desk.operators.sender.card(desk.person, place, desk.context.clock())
    if not isinstance(sent, Relayed):
        return sent
    with_card = replace(topic, card_id=sent.message_ids[0])
    desk.keep(with_card)
    return with_card


def _with_open_thread(desk: Desk, topic: Topic, chat: SupportChat) -> Topic | TopicOutcome | Later:
    if not topic.closed_there:
        return topic
    opened = desk.operators.sender.set_closed(chat.place(topic.thread_id), closed=False)
    if not isinstance(opened, Relayed):
        return opened
    desk.keep(replace(topic, closed_there=False))
    return replace(topic, closed_there=False)
