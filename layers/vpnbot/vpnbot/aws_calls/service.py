"""What distinguishes the services of AWS that speak JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

type Decode = Callable[[dict[str, Any], bytes], Any]
"""Completes a parsed answer; the bytes are the answer before it was parsed."""

PAUSE_SECONDS = 0.05
"""The longest first pause after a failure that is no throttling, in botocore's standard mode."""


def _as_parsed(answer: dict[str, Any], _: bytes) -> Any:
    return answer


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `name` is that in its host and in signatures, `target` the prefix of its operations.

    `headers` are sent with every call, beside those that all services need.
    """

    name: str
    target: str
    json_version: str
    headers: Mapping[str, str] = field(default_factory=dict)
    pause_seconds: float = PAUSE_SECONDS
    decode: Decode = _as_parsed
    largest_answer: int = 1024 * 1024


PARAMETER_STORE = Service("ssm", "AmazonSSM", "1.1")
SQS = Service("sqs", "AmazonSQS", "1.0", {"x-amzn-query-mode": "true"})
"""The header asks for the codes of errors that SQS had before it spoke JSON, as botocore does."""
