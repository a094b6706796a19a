"""The stored state of the operators' chat: one item, which all processes share."""

from dataclasses import replace

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from vpnbot.domain.effects import Effect
from vpnbot.domain.scheduling import Urgency
from vpnbot.domain.support_chat import SUPPORT, SupportChat
from vpnbot.errors import Conflict, UnreadableItem
from vpnbot.storage.codec import SetAside, make_due, new_record, structured
from vpnbot.storage.stored_item import read_item
from vpnbot.storage.table import Record, to_text, translated_errors
from vpnbot.storage.transaction import Action, Verb, action_of, transact
from vpnbot.storage.unknown_fields import keep_unknown

KEY = "CHAT"


class StoredSupportChat:
    """Implements the port `SupportChatState`. `set_aside` is called with the error if the item cannot be read."""

    def __init__(self, set_aside: SetAside = lambda error: None) -> None:
        self._set_aside = set_aside

    def load(self, configured_id: int | None) -> SupportChat:
        """Return the state of the chat in the settings, strongly consistent.

        Raises:
            UnreadableItem: another version has written it in a form that this version cannot read.
            StorageUnavailable: DynamoDB did not answer.
        """
        stored = read_item(SUPPORT, KEY)
        if stored is None:
            return SupportChat(configured_id)
        try:
            return structured(stored, SupportChat).configured(configured_id)
        except UnreadableItem as error:
            self._set_aside(error)
            raise

    def save(self, before: SupportChat, after: SupportChat, *effects: Effect) -> bool:
        """Replace the state, with the effects or not at all; False, and no change, if it is not as in `before`.

        Raises:
            UnreadableItem: as `load`.
            StorageUnavailable: DynamoDB did not answer; it is unknown whether the state was stored.
        """
        changed = replace(after, version=before.version + 1)
        record = new_record(SUPPORT, KEY, changed)
        record.version = changed.version
        make_due(record, changed.due, Urgency.NORMAL)
        keep_unknown(record, changed, read_item(SUPPORT, KEY))
        try:
            if effects:
                transact([Action(Verb.SAVE, record, _unchanged(before)), *map(action_of, effects)])
            else:
                with translated_errors():
                    record.save(condition=_unchanged(before))
        except (PutError, Conflict):
            return False
        return True


def _unchanged(before: SupportChat) -> Condition:
    """Return the condition that neither the state nor the claim on its report has changed."""
    if not before.version:
        absent: Condition = Record.pk.does_not_exist()
        return absent
    same_due: Condition = Record.due_at == to_text(before.due.at) if before.due else Record.due_at.does_not_exist()
    both: Condition = (Record.version == before.version) & same_due
    return both
