"""The errors that this package raises, with one base class.

An adapter translates the errors of its library into these at its own boundary. `usecases/error_policy.py` says how
each class is handled.
"""

from datetime import timedelta


class VpnbotError(Exception):
    """The base class of all errors that this package raises."""


class Retryable(VpnbotError):
    """A temporary failure: the caller may try again after the time `after`."""

    def __init__(self, message: str, *, after: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(message)
        self.after = after


class Conflict(Retryable):
    """The data from which a decision was made have changed: reload and decide again."""


class DeletedMeanwhile(Conflict):
    """The person has deleted their data while this was decided; the next delivery finds them deleted."""


class CapacityExhausted(Conflict):
    """A counter to be increased is at its limit, or does not exist: read it again, and choose another one."""

    def __init__(self, partition: str, key: str) -> None:
        super().__init__(f"the counter {key} of {partition} is full")
        self.partition = partition
        self.key = key


class ReplacedMeanwhile(Conflict):
    """A shared item of a decision, such as a gift, is not as it was read: read it again, and decide again."""

    def __init__(self, partition: str, key: str) -> None:
        super().__init__(f"the item {key} of {partition} has changed")
        self.partition = partition
        self.key = key


class StorageUnavailable(Retryable):
    """DynamoDB throttled the call, failed or did not answer in time."""


class AllServersFull(Retryable):
    """No server that the plan allows has capacity until a key is removed or the operator adds a server."""


class TelegramUnavailable(Retryable):
    """Telegram throttled the call (429), failed (5xx) or did not answer in time."""


class TelegramSilent(TelegramUnavailable):
    """Telegram failed (5xx) or did not answer in time; other calls now would wait as long."""


class TelegramNotCalled(TelegramSilent):
    """Telegram was not called, because it has just not answered: nothing was sent."""


class UnknownKeyVersion(Retryable):
    """The ring of key secrets lacks the version of a key: it is read again, or an operator has to restore it."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the key secret has no version {version}", after=timedelta(minutes=1))


class OutOfTime(Retryable):
    """There is not enough time left in this invocation; the caller may call again."""


class Rejected(VpnbotError):
    """The input or the state does not allow the request; to repeat it does not help."""


class IllegalTransition(Rejected):
    """The state of the subscription does not allow this transition."""


class AlreadyDecided(VpnbotError):
    """This cause is in the ledger, so the decision was made before: show the current state and report success."""


class ItemExists(VpnbotError):
    """An item of `PutIfAbsent` exists, because another decision put it. Nothing was committed."""

    def __init__(self, partition: str, key: str) -> None:
        super().__init__(f"the item {key} of {partition} exists")
        self.partition = partition
        self.key = key


class InvalidCall(VpnbotError):
    """AWS rejected a call as invalid, for example an item that is too large: a bug; to repeat it does not help."""


class UnreadableItem(VpnbotError):
    """A stored item is in a form that this version cannot read; it stays unchanged, for a version that can read it.

    The message names the item or its kind, never its content.
    """


class ClaimLost(VpnbotError):
    """Another worker has the claim of this due item, or the item was changed: leave it unchanged."""


class UnknownWork(VpnbotError):
    """Due work of a kind that only a newer version knows; it waits for that version."""


class Unreachable(Rejected):
    """The person blocked the bot, or the chat does not exist any more: nothing can be sent."""


class CallRejected(Rejected):
    """The Bot API rejected a call. `code` is its error code, `description` its own text.

    `moved_to` is the id of the supergroup that the group became to which the call was sent.
    """

    def __init__(self, method: str, code: int, description: str, moved_to: int | None = None) -> None:
        super().__init__(f"{method}: {description}")
        self.code = code
        self.description = description
        self.moved_to = moved_to


class MessageRefused(Rejected):
    """Telegram refuses the content of a message, such as a file that is gone. `description` is its own text."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class PaymentNotApplied(VpnbotError):
    """A payment or refund matches no order: the update is quarantined, and the customer is notified."""


class MessageGone(Rejected):
    """The message to edit was deleted, or is too old: send a new one."""


class Misconfigured(VpnbotError):
    """The operator has to correct a setting. `remedy` says how."""

    def __init__(self, setting: str, remedy: str) -> None:
        super().__init__(f"{setting}: {remedy}")
        self.setting = setting
        self.remedy = remedy


class AccessDenied(Misconfigured):
    """AWS does not allow a call: a permission is missing, or was granted less than a minute ago."""


class UnknownServer(Misconfigured):
    """There is no server of this name in the catalogue; an operator may have removed it a moment ago."""

    def __init__(self, server_id: str) -> None:
        super().__init__(server_id, "there is no server of this name")
        self.server_id = server_id
