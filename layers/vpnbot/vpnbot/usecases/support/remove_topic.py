"""Due work: delete the topic of a deleted person from the operators' group."""

from datetime import timedelta

from vpnbot.domain.scheduling import DueItem
from vpnbot.domain.support_chat import ChatFailed
from vpnbot.domain.topics import TopicState
from vpnbot.errors import ClaimLost, TelegramUnavailable
from vpnbot.usecases.ports import Context, Operators, Session
from vpnbot.usecases.support.topics import Desk, delete_topic


def remove_topic(item: DueItem, session: Session, operators: Operators, context: Context) -> None:
    """Delete the topic and the pairs of messages; while the group does not allow it, it is tried again.

    Raises:
        ClaimLost: the person has no topic to be deleted any more.
        TelegramUnavailable: the group does not take the call now.
        StorageUnavailable, Conflict: due work tries again.
    """
    topic = session.person.topic
    if topic is None or topic.state is not TopicState.LEAVING:
        raise ClaimLost(item.sort_key)
    outcome = delete_topic(Desk(session, operators, context))
    if outcome is not None:
        after = outcome.after if isinstance(outcome, ChatFailed) else timedelta()
        raise TelegramUnavailable(f"the topic is not deleted: {outcome}", after=after)
