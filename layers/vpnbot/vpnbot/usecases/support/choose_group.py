"""An owner chooses the group that gets the questions, after Telegram has said that it can."""

from dataclasses import dataclass

from vpnbot.domain.bot_profile import profile_work
from vpnbot.domain.staff.acts import Act, SupportAct, written
from vpnbot.domain.support_group import Missing, keeps_from_working
from vpnbot.errors import Rejected
from vpnbot.usecases.ports import Context, Operators


class GroupUnknown(Rejected):
    """Telegram does not answer about the group, or the bot is not in it."""


class GroupNotReady(Rejected):
    """Topics cannot be used in the group; `missing` is what the bot needs."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(f"the group lacks {', '.join(missing)}")
        self.missing = missing


class GroupChanged(Rejected):
    """The state of the operators' chat was changed at the same moment: ask again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice of an owner. `language` is that of the owner; without `topics` questions come flat."""

    chat_id: int
    language: str
    topics: bool
    cause: str
    actor: str


def choose_group(operators: Operators, context: Context, choice: Choice) -> tuple[Missing, ...]:
    """Store the choice, with its row in the log of acts; a repetition writes nothing. Return what is missing still.

    Raises:
        GroupUnknown, GroupNotReady, GroupChanged: nothing is stored.
        UnreadableItem, StorageUnavailable: as `SupportChatState`.
    """
    facts = operators.sender.facts(choice.chat_id)
    if facts is None:
        raise GroupUnknown("Telegram tells nothing about the group")
    missing = facts.missing(topics=choice.topics)
    if keeps_from_working(missing):
        raise GroupNotReady(missing)
    state = operators.support_chat
    before = state.load(operators.support_chat_id)
    after = before.chosen(choice.chat_id, choice.language, topics=choice.topics)
    if after == before:
        return missing
    earlier = "" if before.chat_id is None else str(before.chat_id)
    value = facts.title or str(choice.chat_id)
    act = Act(choice.cause, SupportAct.GROUP, choice.actor, "", context.clock(), value=value, before=earlier)
    if not state.save(before, after, written(act), profile_work(context.clock())):
        raise GroupChanged("the state of the chat was changed meanwhile")
    return missing
