"""The SQS queues: claims for workers, and quarantined updates."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vpnbot.aws.error_codes import code_of
from vpnbot.aws_calls.client import Limits
from vpnbot.aws_calls.opening import Calls, open_calls
from vpnbot.aws_calls.service import SQS
from vpnbot.aws_refusals import permanent_refusal
from vpnbot.domain.scheduling import DueItem
from vpnbot.errors import Retryable

LIMITS = Limits(connect_seconds=1, read_seconds=3, attempts=3, connections=4)
_BATCH = 10
_WAITING = "ApproximateNumberOfMessages"
_RECEIVED = "ApproximateNumberOfMessagesNotVisible"

_NOT_ALLOWED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that SQS does not allow in a message (API reference, SendMessage); JSON can escape them."""


class _Queue:
    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _calls(self) -> Calls:
        return open_calls(SQS, LIMITS)


class SqsDueQueue(_Queue):
    """Implements the port `DueQueue`. If a message is lost, its claim expires, and the dispatcher sends it again."""

    def waiting(self) -> int:
        """Return about how many claims no worker has received yet; SQS counts with a delay of seconds.

        Raises:
            Retryable: SQS did not answer.
        """
        return self._count(self._url, _WAITING)

    def messages_of(self, url: str) -> int:
        """Return about how many messages another queue holds, those included that an operator has just received.

        Raises:
            Retryable: SQS did not answer.
        """
        return self._count(url, _WAITING, _RECEIVED)

    def _count(self, url: str, *attributes: str) -> int:
        try:
            answer = self._calls.call("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": list(attributes)})
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error) from error
        return sum(int(answer["Attributes"][name]) for name in attributes)

    def send(self, items: Sequence[DueItem]) -> None:
        """Send claims, ten in each call to SQS.

        Raises:
            Retryable: the queue did not accept all of them, for whatever reason: the work stays due.
        """
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            entries = [{"Id": str(n), "MessageBody": to_message(item)} for n, item in enumerate(batch)]
            try:
                answer = self._calls.call("SendMessageBatch", {"QueueUrl": self._url, "Entries": entries})
            except (BotoCoreError, ClientError) as error:
                raise _unavailable(error) from error
            if answer.get("Failed"):
                raise Retryable(f"the queue rejected {len(answer['Failed'])} of {len(batch)} claims")


class SqsQuarantine(_Queue):
    """Implements `QuarantineQueue`: the list of quarantined updates, which are stored in the table."""

    def refer(self, update_id: int, reference: Mapping[str, str], reason: str) -> None:
        """Store where a quarantined update is, and the reason; this has no personal data.

        Raises:
            Retryable, Misconfigured, InvalidCall: as `put`.
        """
        self._send({"reason": reason, "update_id": update_id, "stored": reference})

    def put(self, update: Mapping[str, Any], reason: str) -> None:
        """Store a whole update, and the reason.

        Raises:
            Retryable: the queue did not accept it.
            Misconfigured: SQS denies the call, or there is no such queue.
            InvalidCall: the queue will never accept it, for example because it is too large.
        """
        self._send({"reason": reason, "update": update})

    def _send(self, content: Mapping[str, Any]) -> None:
        body = json.dumps(content, ensure_ascii=False)
        if _NOT_ALLOWED.search(body):
            body = json.dumps(content)
        try:
            self._calls.call("SendMessage", {"QueueUrl": self._url, "MessageBody": body})
        except (BotoCoreError, ClientError) as error:
            raise permanent_refusal(code_of(error), "SQS", "PARKING_QUEUE_URL") or _unavailable(error) from error


def to_message(item: DueItem) -> str:
    """Return a claim as the body of a message.

    The partition is the field `person`, as in every earlier release, because a worker of another release may receive
    the message.
    """
    return json.dumps(
        {
            "person": item.partition,
            "item": item.sort_key,
            "due_at": item.due_at.isoformat(),
            "attempts": item.attempts,
            "due_since": (item.due_since or item.due_at).isoformat(),
            "origin": item.origin,
        }
    )


def from_message(body: str, *, redelivered: bool = False) -> DueItem:
    """Return the claim that `to_message` wrote; `redelivered`: SQS has delivered the message before.

    Raises:
        ValueError, KeyError: the body is not a claim.
    """
    fields = json.loads(body)
    if not isinstance(fields, dict):
        raise ValueError("not a claim")  # noqa: TRY004 - one kind of error for every body that is none
    since = fields.get("due_since")  # earlier releases did not write it
    return DueItem(
        str(fields["person"]),
        fields["item"],
        _time(fields["due_at"]),
        int(fields["attempts"]),
        _time(since) if since else None,
        redelivered,
        str(fields.get("origin") or ""),  # earlier releases did not write it
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _unavailable(error: BotoCoreError | ClientError) -> Retryable:
    return Retryable(f"SQS: {code_of(error)}")
