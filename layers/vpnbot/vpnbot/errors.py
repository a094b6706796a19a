"""Everything that can go wrong on purpose, one base class, one line of meaning each.

An adapter translates its library's errors into these at its own door and nowhere else. What the person sees,
what the sender is answered and what is logged is decided once, in `recovery.py`.
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
    """The server that was chosen is full, or gone, by now: look at the catalogue anew and choose again."""


class StorageUnavailable(Retryable):
    """DynamoDB throttled the call, failed or did not answer in time."""


class AllServersFull(Retryable):
    """No server that the plan allows has room; somebody leaves, or the operator adds one."""


class TelegramUnavailable(Retryable):
    """Telegram throttled the call (429), failed (5xx) or did not answer in time."""


class OutOfTime(Retryable):
    """The invocation is about to end; whoever called should call again."""


class Rejected(VpnbotError):
    """It will not work however often it is tried: the input or the state does not allow it."""


class IllegalTransition(Rejected):
    """A subscription in this state cannot do that."""


class AlreadyDecided(VpnbotError):
    """This cause is in the ledger: what it asked for has been done. Show the current state and answer success."""


class ClaimLost(VpnbotError):
    """Another worker owns this due item by now: read back, and leave it to them."""


class Unreachable(Rejected):
    """The person blocked the bot or the chat is gone; nothing can be sent until they come back."""


class MessageGone(Rejected):
    """The message to edit was deleted or is too old to edit: send a new one."""


class Misconfigured(VpnbotError):
    """The operator has to mend a setting before this can work."""

    def __init__(self, setting: str, how_to_mend: str) -> None:
        super().__init__(f"{setting}: {how_to_mend}")
        self.setting = setting
        self.how_to_mend = how_to_mend
