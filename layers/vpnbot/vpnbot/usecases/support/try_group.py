"""Send a test message to the operators' group, and find out what the bot is missing there."""

from dataclasses import dataclass

from vpnbot.domain.support_chat import ChatFailed, ChatMoved, ChatTrouble, Relayed, RelayOutcome, SupportChat
from vpnbot.domain.support_group import GroupFacts, Missing, keeps_from_working
from vpnbot.usecases.ports import Context, Operators
from vpnbot.usecases.support.support_chat import follow_moved_chat


@dataclass(frozen=True, slots=True)
class Tried:
    """The result: `title` is the group's name; `trouble` None: it has the test message. `busy`: none was sent.

    `topics`: customers have topics there. `missing` is what the bot needs for them.
    """

    title: str = ""
    trouble: ChatTrouble | None = None
    missing: tuple[Missing, ...] = ()
    topics: bool = False
    busy: bool = False


def try_group(operators: Operators, context: Context) -> Tried:
    """Send the test message, which is one of those that the group may get in a minute.

    A group that takes it gets the waiting questions again; one that lost its topics by a trouble that is over has
    topics again.

    Raises:
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
    """
    chat = operators.support_chat.load(operators.support_chat_id)
    if chat.chat_id is None:
        return Tried(trouble=ChatTrouble.NOT_SET)
    if operators.records.take(chat.chat_id, 1, context.clock()) is not None:
        return Tried(busy=True)
    outcome = operators.sender.say(chat.place(), "support-test")
    if isinstance(outcome, ChatMoved):
        chat = follow_moved_chat(operators, outcome.to)
        outcome = operators.sender.say(chat.place(), "support-test")
    facts = operators.sender.facts(chat.chat_id or 0)
    wants_topics = chat.topics or chat.trouble is ChatTrouble.NO_TOPICS
    missing = () if facts is None else facts.missing(topics=wants_topics)
    if not isinstance(outcome, Relayed):
        return Tried(_title(facts), _trouble(outcome), missing, chat.topics)
    topics = wants_topics and facts is not None and not keeps_from_working(missing)
    _keep(operators, chat, topics=topics or chat.topics)
    return Tried(_title(facts), None, missing, topics or chat.topics)


def _keep(operators: Operators, chat: SupportChat, *, topics: bool) -> None:
    """Store that the group works; if another process changes the state meanwhile, that one knows better."""
    works = chat.with_topics() if topics and not chat.topics else chat
    if works.hindered:
        works = works.working()
    if works != chat:
        operators.support_chat.save(chat, works)


def _title(facts: GroupFacts | None) -> str:
    return "" if facts is None else facts.title


def _trouble(outcome: RelayOutcome) -> ChatTrouble:
    return outcome.trouble if isinstance(outcome, ChatFailed) else ChatTrouble.NO_ANSWER
