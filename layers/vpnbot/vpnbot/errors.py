"""The errors that this package raises on purpose, one base class, one line of meaning each.

An adapter translates its library's errors into these at its own boundary and nowhere else. What becomes of each class
stands in one table, `usecases/error_policy.py`.
"""

from datetime import timedelta


class VpnbotError(Exception):
    """Base of every error this package raises on purpose."""


class Retryable(VpnbotError):
    """It may work later: the caller should come back after `after`."""

    def __init__(self, message: str, *, after: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(message)
        self.after = after


class Conflict(Retryable):
    """The picture this decision was made from has changed: reload and decide again."""


class CapacityExhausted(Conflict):
    """A counter that a decision was to raise is at its limit, or does not exist: read it again and choose again."""

    def __init__(self, partition: str, key: str) -> None:
        super().__init__(f"the counter {key} of {partition} is full")
        self.partition = partition
        self.key = key


class StorageUnavailable(Retryable):
    """DynamoDB throttled the call, failed or did not answer in time."""


class AllServersFull(Retryable):
    """No server that the plan allows has capacity until a key is removed or the operator adds a server."""


class TelegramUnavailable(Retryable):
    """Telegram throttled the call (429), failed (5xx) or did not answer in time."""


class OutOfTime(Retryable):
    """The invocation is about to end; the caller should call again."""


class Rejected(VpnbotError):
    """It will not work however often it is tried: the input or the state does not allow it."""


class IllegalTransition(Rejected):
    """A subscription in this state cannot do that."""


class AlreadyDecided(VpnbotError):
    """This cause is in the ledger: what it asked for has been done. Show the current state and answer success."""


class ItemExists(VpnbotError):
    """An item that a decision was to put if absent exists: another decision put it, and nothing was committed now."""

    def __init__(self, partition: str, key: str) -> None:
        super().__init__(f"the item {key} of {partition} exists")
        self.partition = partition
        self.key = key


class UnreadableItem(VpnbotError):
    """A stored item is in a form that this version cannot read: it stays unchanged for the version that can.

    The message names the item or its kind, never what is in it.
    """


class ClaimLost(VpnbotError):
    """Another worker owns this due item by now: read back, and leave it to them."""


class UnknownWork(VpnbotError):
    """Due work of a kind that a newer version has written: it waits for a version that knows the kind."""


class Unreachable(Rejected):
    """The person blocked the bot or the chat is gone; nothing can be sent until they come back."""


class PaymentNotApplied(VpnbotError):
    """Money moved and no order takes it: the update is kept for the operator, and the customer is told."""


class MessageGone(Rejected):
    """The message to edit was deleted or is too old to edit: send a new one."""


class Misconfigured(VpnbotError):
    """The operator has to mend a setting before this can work."""

    def __init__(self, setting: str, how_to_mend: str) -> None:
        super().__init__(f"{setting}: {how_to_mend}")
        self.setting = setting
        self.how_to_mend = how_to_mend
