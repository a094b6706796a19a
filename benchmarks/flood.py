"""What a flood costs: an attacker sends as many requests as the limits of the routes allow, for a whole month."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from benchmarks.deployed import ROOT
from benchmarks.prices import Price, prices
from local.intrinsics import parse

_SECONDS_A_MONTH = 43_800 * 60
_GIGABYTE = 10**9
_PAGE_GIGABYTES = 0.5


@dataclass(frozen=True, slots=True)
class Flood:
    """Requests that an attacker sends, and their cost. `limit` is a parameter of the template: requests a second.

    `milliseconds` of a function with 512 MB and the sizes of log lines are assumed.
    """

    name: str
    limit: str
    routes: int
    milliseconds: float = 0
    read_units: float = 0
    logged_bytes: int = 300
    """API Gateway's line; every field has a bounded length."""

    @property
    def runs_a_function(self) -> bool:
        """Whether the requests get as far as a function."""
        return self.milliseconds > 0


FLOODS = (
    Flood("guessed links, GET and HEAD", "LinkRequestsPerSecond", 2, 8, 1, 800),
    Flood("malformed links, GET and HEAD", "LinkRequestsPerSecond", 2, 2, 0, 800),
    Flood("`/health`", "LinkRequestsPerSecond", 1, 2, 0, 800),
    Flood("forged payments", "PaymentRequestsPerSecond", 1, 15, 0, 1_800),
    Flood("the webhook, without its path", "TelegramRequestsPerSecond", 1),
    Flood("the webhook, with its path and a wrong secret", "TelegramRequestsPerSecond", 1, 4, 0, 800),
)
"""A request to the webhook without its path meets no route, so no limit of a route: it is computed with that of the
webhook, as if AWS charged it, which its price page does not say."""


def dollars(flood: Flood, known: Mapping[str, Price]) -> float:
    """Return the dollars of a month at list price."""
    requests = _limits()[flood.limit] * flood.routes * _SECONDS_A_MONTH
    used = {
        "http_requests": requests,
        "log_gigabytes": requests * flood.logged_bytes / _GIGABYTE,
        "read_units": requests * flood.read_units,
    }
    if flood.runs_a_function:
        used["lambda_requests"] = requests
        used["lambda_gigabyte_seconds"] = requests * flood.milliseconds / 1000 * _PAGE_GIGABYTES
    return sum(quantity * known[name].price / known[name].per for name, quantity in used.items())


def table() -> str:
    """Return the table of docs/cost.md."""
    return "\n".join(["### A month of a flood", "", *_rows()])


def _rows() -> Iterator[str]:
    yield "| at the default limits, without a pause | requests a second | list price |"
    yield "| --- | ---: | ---: |"
    for flood in FLOODS:
        yield f"| {flood.name} | {_limits()[flood.limit] * flood.routes} | {dollars(flood, prices()):,.0f} |"


@cache
def _limits() -> Mapping[str, int]:
    parameters = parse((ROOT / "template.yaml").read_text("utf-8"))["Parameters"]
    return {name: int(rules["Default"]) for name, rules in parameters.items() if rules["Type"] == "Number"}
