"""What is stored about the bot's profile: the chats with a menu of their own, and the work that sets the profile.

| item         | pk      | sk          | written                                                               |
|--------------|---------|-------------|-----------------------------------------------------------------------|
| Profile work | PROFILE | PROFILE#bot | with a change of the name, a role or the group, and by the dispatcher |
| Menu         | PROFILE | MENU#chat   | before a chat gets its menu; removed with the menu                    |
"""

from collections.abc import Collection
from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from vpnbot.domain.bot_profile import PROFILE, PROFILE_KEY, chat_of, menu_key
from vpnbot.domain.scheduling import Due, Urgency
from vpnbot.storage.codec import shard_of
from vpnbot.storage.table import Record, to_text, translated_errors


class StoredMenuRows:
    """Implements the port `MenuRows`."""

    def listed(self) -> Collection[int]:
        """Return the chats, strongly consistent.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            chats = [chat_of(record.sk) for record in Record.query(PROFILE, consistent_read=True)]
        return [chat_id for chat_id in chats if chat_id is not None]

    def add(self, chat_id: int) -> None:
        """Add a chat.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            Record(PROFILE, menu_key(chat_id)).save()

    def remove(self, chat_id: int) -> None:
        """Remove a chat.

        Raises:
            StorageUnavailable: DynamoDB did not answer.
        """
        with translated_errors():
            Record(PROFILE, menu_key(chat_id)).delete()


def make_profile_due(now: datetime) -> None:
    """Let a worker compare the profile with Telegram's, unless such work waits or is claimed already.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    actions: list[Action] = [
        Record.due_at.set(to_text(now)),
        Record.due_shard.set(shard_of(PROFILE, Due(now), Urgency.NORMAL)),
    ]
    try:
        with translated_errors():
            Record(PROFILE, PROFILE_KEY).update(actions=actions, condition=Record.due_at.does_not_exist())
    except UpdateError:
        pass  # it is due
