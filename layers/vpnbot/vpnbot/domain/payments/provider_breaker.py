"""A circuit breaker for one payment provider: after failures, payments are made only by one probe at a time.

It opens after several failures in a row of calls that make a payment, and at once when the provider refuses our
credentials. Looks at payments are never held back, and never counted: money that was paid is always looked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vpnbot.domain.effects import Effect, Put
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.scheduling import PROBE_PROVIDER, Due
from vpnbot.domain.shop import SHOP

FAILURES_TO_OPEN = 3
FORGOTTEN_AFTER = timedelta(minutes=10)
"""A failure is not in a row with one that was so long ago: processes do not see each other's successes."""
PROBE = timedelta(seconds=30)
"""How long other callers wait for a probe; all time-outs of a call to a provider are much shorter."""
PROBED_AFTER = timedelta(minutes=1)
"""When due work makes a payment for those who wait, after the first failure."""

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ProviderBreaker:
    """The failures of a provider since its last success; `since` is the time of the first, `failed_at` of the last.

    `pauses` counts how often it has opened and how many probes have failed since then; 0: it is closed, and only
    counts. While it is open, the next probe is allowed at `probe_at`. `refused`: the provider refused our
    credentials. `version` is the number of its changes.
    """

    failures: int
    since: datetime
    failed_at: datetime
    probe_at: datetime
    pauses: int = 0
    refused: bool = False
    version: int = 0

    @property
    def open(self) -> bool:
        """Whether payments are made only by probes."""
        return self.pauses > 0

    def blocks(self, now: datetime) -> bool:
        """Whether no payment may be made at `now`."""
        return self.open and now < self.probe_at

    def probed(self, now: datetime) -> "ProviderBreaker":
        """Return the breaker that a caller saves before its probe: others wait as long as a probe takes."""
        return replace(self, probe_at=now + PROBE)


def tripped(before: ProviderBreaker | None, now: datetime, *, refused: bool = False) -> ProviderBreaker:
    """Return the breaker after one more failure; open, each pause is twice as long as the one before it."""
    known = before
    if known is not None and not known.open and now - known.failed_at >= FORGOTTEN_AFTER:
        known = None
    failures = 1 if known is None else known.failures + 1
    pauses = 0 if known is None else known.pauses
    if pauses or refused or failures >= FAILURES_TO_OPEN:
        pauses += 1
    pause = min(_FIRST_PAUSE * 2 ** min(pauses - 1, 10), _LONGEST_PAUSE) if pauses else timedelta()
    since = now if known is None else known.since
    version = 0 if before is None else before.version
    return ProviderBreaker(failures, since, now, now + pause, pauses, refused, version)


def outage_entry(
    provider: str, before: ProviderBreaker | None, after: ProviderBreaker | None, now: datetime
) -> Entry | None:
    """Return the ledger entry of an outage that begins or ends with this change; None: neither."""
    was_open, is_open = before is not None and before.open, after is not None and after.open
    if was_open == is_open:
        return None
    breaker = after if is_open else before
    since = breaker.since if breaker is not None else now
    word, what = ("down", "provider does not work") if is_open else ("up", "provider works again")
    return Entry(f"provider:{provider}:{word}:{since:%Y-%m-%dT%H:%M:%S.%f}", what, now, "clock")


def outage_effects(
    provider: str, before: ProviderBreaker | None, after: ProviderBreaker | None, now: datetime
) -> Iterator[Effect]:
    """Yield what a change of a breaker brings with it: due work that probes the provider, and alerts.

    Operators read once that a provider is down, once more if it refuses our credentials, and once that it works.
    """
    was_open = before is not None and before.open
    if after is None:
        if before is not None and was_open:
            cause = f"provider:{provider}:up:{before.since:%Y-%m-%dT%H:%M:%S.%f}"
            yield alerted(AlertKind.PROVIDER_UP, cause, now, provider=provider)
        return
    if not was_open:
        yield Put(SHOP, probe_key(provider), due=Due(max(after.probe_at, now + PROBED_AFTER)))
    newly_refused = after.refused and not (before is not None and was_open and before.refused)
    if after.open and (newly_refused or not was_open):
        kind = AlertKind.PROVIDER_REFUSES if after.refused else AlertKind.PROVIDER_DOWN
        cause = f"provider:{provider}:down:{after.since:%Y-%m-%dT%H:%M:%S.%f}"
        yield alerted(kind, cause, now, provider=provider)


def probe_key(provider: str) -> str:
    """Return the sort key of the due work that probes a provider."""
    return f"{PROBE_PROVIDER.prefix}#{provider}"
