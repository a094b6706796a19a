"""The recorded answers of DynamoDB: a read gets the answer to the same request, a write the next one of its kind."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from local.aws import AwsCall

READS = frozenset({"Query", "GetItem", "BatchGetItem", "TransactGetItems"})
_FIRST_ERROR = 400

type Json = Any
"""What json.loads returns."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success, such as that of a failed condition."""

    status: int
    body: Json


def request_key(operation: str, request: Json) -> str:
    """Return a text that is the same for the same request, whatever the order of its fields and the table's name."""
    asked = {name: value for name, value in request.items() if name != "TableName"}
    return f"{operation} {json.dumps(asked, sort_keys=True)}"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the calls of an invocation: by operation in order, and those to reads by their request."""

    by_operation: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    by_read: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, calls: Iterable[AwsCall]) -> Self:
        """Return the answers to these calls to DynamoDB; of two to the same read, the later one."""
        by_operation: dict[str, list[Json]] = defaultdict(list)
        by_read: dict[str, Json] = {}
        for call in calls:
            if call.service != "dynamodb":
                continue
            answer = call.response if call.status < _FIRST_ERROR else Refusal(call.status, call.response)
            by_operation[call.operation].append(answer)
            if call.operation in READS:
                by_read[request_key(call.operation, call.request)] = answer
        return cls(dict(by_operation), by_read)

    @property
    def operations(self) -> Mapping[str, int]:
        """Return how many calls of each operation were made."""
        return {operation: len(made) for operation, made in self.by_operation.items()}

    def writes(self) -> Mapping[str, int]:
        """Return how many calls of each operation that writes were made."""
        return {operation: times for operation, times in self.operations.items() if operation not in READS}

    def or_else(self, others: "Answers") -> "Answers":
        """Return these answers, with those of `others` to reads that these do not contain."""
        return Answers(self.by_operation, {**others.by_read, **self.by_read})
