"""Which failures of a call are tried again, and after which pause: as in botocore's standard mode."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from botocore import exceptions as of_botocore
from botocore.retries.quota import RetryQuota

from vpnbot.aws_calls.answers import Answer, Failure, code_of
from vpnbot.aws_calls.service import PAUSE_SECONDS

TRANSIENT_CODES = frozenset(
    {"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete", "ReplicatedWriteConflictException"}
)
TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})
THROTTLED_CODES = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled"),
        *("TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException"),
        *("RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown"),
        *("PriorRequestNotComplete", "EC2ThrottledException"),
    }
)
THROTTLED_STATUS = 429
_NO_ANSWER = (of_botocore.ChecksumError, of_botocore.ConnectionError, of_botocore.HTTPClientError)
THROTTLED_SECONDS, LONGEST_SECONDS = 1.0, 20.0
"""The longest first pause after throttling, and the longest of all pauses."""
LONGEST_ASKED_FOR = 5.0
"""By how many seconds a service can make a pause longer with the header below, in milliseconds."""
RETRY_AFTER_HEADER = "x-amz-retry-after"
THROTTLED_COST, OTHER_COST, SUCCESS = 5, 14, 1
"""What a repeat takes from the quota, and what a success at the first attempt returns to it."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Try again after this pause; a success returns the cost to the quota."""

    seconds: float
    cost: int


@dataclass(frozen=True, slots=True)
class Retrying:
    """The repeats of all calls of one client. `uniform` returns a number from 0 to 1.

    `pause_seconds` is the longest first pause after a failure that is no throttling. The quota ends the repeats of a
    client when nearly all of its calls fail: they would keep the service busy.
    """

    attempts: int
    pause_seconds: float = PAUSE_SECONDS
    uniform: Callable[[], float] = random.random
    quota: RetryQuota = field(default_factory=RetryQuota)

    def repeat(self, failure: Failure, answer: Answer | None, attempt: int) -> Repeat | None:
        """Return how to go on after this attempt, counted from 1, has failed; None: the failure is final."""
        throttled = _is_throttled(failure, answer)
        if attempt >= self.attempts or not (throttled or _is_transient(failure, answer)):
            return None
        cost = THROTTLED_COST if throttled else OTHER_COST
        if not self.quota.acquire(cost):
            return None
        longest = min((THROTTLED_SECONDS if throttled else self.pause_seconds) * 2 ** (attempt - 1), LONGEST_SECONDS)
        pause = self.uniform() * longest
        return Repeat(max(pause, min(_asked_for(answer), pause + LONGEST_ASKED_FOR)), cost)

    def succeeded(self, last: Repeat | None) -> None:
        """Return to the quota what a call has not used up that succeeded after its last repeat."""
        self.quota.release(SUCCESS if last is None else last.cost)


def _is_throttled(failure: Failure, answer: Answer | None) -> bool:
    return code_of(failure) in THROTTLED_CODES or (answer is not None and answer.status == THROTTLED_STATUS)


def _is_transient(failure: Failure, answer: Answer | None) -> bool:
    return (
        code_of(failure) in TRANSIENT_CODES
        or (answer is not None and answer.status in TRANSIENT_STATUSES)
        or isinstance(failure, _NO_ANSWER)
    )


def _asked_for(answer: Answer | None) -> float:
    text = "" if answer is None else answer.headers.get(RETRY_AFTER_HEADER, "")
    return int(text) / 1000 if text.isdecimal() else 0.0
