"""The cost of each invocation: calls to DynamoDB and Telegram, Lambda time, and dollars at list prices.

Times are measured on this machine and include the time of the emulators. Operations and units are exact or, where
`capacity` says so, estimated.
"""

import json
import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from local.aws import AwsCall
from local.capacity import units_of
from local.invocation import Outcome
from local.stack import Function, Template

_KEPT = 1000
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """List prices in US dollars, region us-east-1, without the free tier, read in November 2026.

    https://aws.amazon.com/dynamodb/pricing/on-demand/ · https://aws.amazon.com/lambda/pricing/ ·
    https://aws.amazon.com/api-gateway/pricing/ · https://aws.amazon.com/sqs/pricing/ ·
    https://aws.amazon.com/kms/pricing/ (a SecureString is one request to KMS; Parameter Store itself costs nothing)
    """

    read_unit: float = 0.125 / _MILLION
    write_unit: float = 0.625 / _MILLION
    invocation: float = 0.20 / _MILLION
    gigabyte_second_x86: float = 0.0000166667
    gigabyte_second_arm: float = 0.0000133334
    http_request: float = 1.00 / _MILLION
    queue_request: float = 0.40 / _MILLION
    key_request: float = 3.00 / _MILLION

    def gigabyte_second(self, architecture: str) -> float:
        """Return the price of a gigabyte-second on a processor."""
        return self.gigabyte_second_arm if architecture == "arm64" else self.gigabyte_second_x86


PRICES = Prices()


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one or several invocations."""

    invocations: int = 0
    http_requests: int = 0
    lambda_ms: float = 0.0
    reads: int = 0
    writes: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    queue_calls: int = 0
    telegram_calls: int = 0
    dollars: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """Return the sum."""
        return Cost(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def as_json(self) -> dict[str, float]:
        """Return the figures by name."""
        return {field.name: round(getattr(self, field.name), 9) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Reading:
    """One finished invocation. `update_id` is set when it answered a Telegram update."""

    at: datetime
    function: str
    environment: str
    request_id: str
    update_id: int | None
    error: str | None
    init_ms: float | None
    calls: Mapping[str, int]
    cost: Cost

    def as_json(self) -> dict[str, Any]:
        """Return the reading as the control panel shows it."""
        return {
            "at": self.at.isoformat(),
            "function": self.function,
            "environment": self.environment,
            "update_id": self.update_id,
            "error": self.error,
            "init_ms": self.init_ms and round(self.init_ms, 1),
            "calls": dict(self.calls),
            "cost": self.cost.as_json(),
        }


class Meter:
    """Counts the calls of each environment and assigns them to the invocation that the environment runs."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._routed = {route.function for route in template.routes}
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Cost, Counter[str], int | None]] = {}
        self.readings: deque[Reading] = deque(maxlen=_KEPT)

    def begin(self, environment: str, function: Function, event: Any) -> None:
        """Start counting for the invocation that an environment begins."""
        # The notifications of Crypto Pay have an update_id, too.
        update_id = _update_id(event) if function.folder.name == "telegram_webhook" else None
        with self._lock:
            self._open[environment] = (Cost(), Counter(), update_id)

    def aws_call(self, call: AwsCall) -> None:
        """Add a call to DynamoDB, SQS or Parameter Store; called from the emulator's threads."""
        self._add(call.caller, f"{call.service}.{call.operation}", self._cost_of(call))

    def telegram_call(self, environment: str, method: str) -> None:
        """Add a call to the Bot API."""
        self._add(environment, f"telegram.{method}", Cost(telegram_calls=1))

    def end(self, outcome: Outcome, function: Function, now: datetime) -> None:
        """Store the reading of a finished invocation."""
        with self._lock:
            cost, calls, update_id = self._open.pop(outcome.environment, (Cost(), Counter(), None))
        billed_ms = outcome.duration_ms + (outcome.init_ms or 0.0)  # the init is billed too, since August 2025
        gigabyte_seconds = function.memory_mb / 1024 * billed_ms / 1000
        is_request = function.name in self._routed
        own = Cost(
            invocations=1,
            http_requests=int(is_request),
            lambda_ms=billed_ms,
            dollars=PRICES.invocation
            + gigabyte_seconds * PRICES.gigabyte_second(function.architecture)
            + (PRICES.http_request if is_request else 0.0),
        )
        self.readings.append(
            Reading(
                at=now,
                function=function.folder.name,
                environment=outcome.environment,
                request_id=outcome.request_id,
                update_id=update_id,
                error=outcome.error.kind if outcome.error else None,
                init_ms=outcome.init_ms,
                calls=calls,
                cost=cost + own,
            )
        )

    def of_update(self, update_id: int) -> list[Reading]:
        """Return every attempt at one Telegram update, oldest first."""
        return [reading for reading in self.readings if reading.update_id == update_id]

    def _cost_of(self, call: AwsCall) -> Cost:
        match call.service:
            case "dynamodb":
                units = units_of(call, self._template.tables)
                return Cost(
                    reads=units.reads,
                    writes=units.writes,
                    read_units=units.read_units,
                    write_units=units.write_units,
                    dollars=units.read_units * PRICES.read_unit + units.write_units * PRICES.write_unit,
                )
            case "ssm":
                return Cost(dollars=_secrets_in(call) * PRICES.key_request)
            case _:
                return Cost(queue_calls=1, dollars=PRICES.queue_request)

    def _add(self, environment: str, name: str, cost: Cost) -> None:
        with self._lock:
            if environment in self._open:
                so_far, calls, update_id = self._open[environment]
                calls[name] += 1
                self._open[environment] = (so_far + cost, calls, update_id)


def _secrets_in(call: AwsCall) -> int:
    """Return how many SecureStrings a call to Parameter Store encrypts or decrypts."""
    if call.operation == "PutParameter":
        return int(call.request.get("Type") == "SecureString")
    found = call.response.get("Parameters", [])
    return sum(parameter.get("Type") == "SecureString" for parameter in found)


def _update_id(event: Any) -> int | None:
    """Return the id of the Telegram update in an HTTP event; None for any other event."""
    try:
        update_id = json.loads(event["body"])["update_id"]
    except (KeyError, TypeError, ValueError):
        return None
    return update_id if isinstance(update_id, int) else None
