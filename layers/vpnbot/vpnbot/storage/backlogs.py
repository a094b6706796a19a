"""What waits in the table until an operator acts, and how many trials are left: four reads, for the alarms."""

from datetime import datetime

from vpnbot.domain.servers.capacity import SERVERS
from vpnbot.domain.subscriptions.trial_places import NEARLY_TAKEN, TrialDay
from vpnbot.errors import UnreadableItem
from vpnbot.storage.codec import DEAD_LETTERED
from vpnbot.storage.servers.records import run_key, run_of
from vpnbot.storage.stored_item import read_partition
from vpnbot.storage.subscriptions.trial_places import StoredTrialPlaces
from vpnbot.storage.support_chat import StoredSupportChat
from vpnbot.storage.table import Record, translated_errors


def count_dead_lettered() -> int:
    """Return how many items of due work are dead-lettered.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    with translated_errors():
        return int(Record.due.count(DEAD_LETTERED))


def count_waiting_keys() -> int:
    """Return how many keys wait for panels that fail, as the last reconciliation run of each server has counted them.

    A run that another version has written is not counted; UnreadableItems reports it.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    waiting = 0
    for item in read_partition(SERVERS, (run_key(""), run_key("\uffff"))):
        try:
            failure = run_of(item).failure
        except UnreadableItem:
            continue
        waiting += failure.waiting if failure else 0
    return waiting


def trials_nearly_taken(today: TrialDay) -> int:
    """Return how many per cent of the trials of a day are taken; 0 while they are not nearly all.

    Raises:
        StorageUnavailable: DynamoDB did not answer.
    """
    percent = today.percent_taken(StoredTrialPlaces().taken(today.day))
    return percent if percent >= NEARLY_TAKEN else 0


def support_chat_fails(configured_id: int | None, now: datetime) -> bool:
    """Return whether questions wait because the operators' chat does not accept them.

    Raises:
        UnreadableItem: another version has written the state of the chat.
        StorageUnavailable: DynamoDB did not answer.
    """
    chat = StoredSupportChat().load(configured_id)
    return chat.hindered and not chat.forgotten(now)
