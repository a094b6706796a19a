"""What is recorded about a person whose key did not work in a downtime of its server."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from vpnbot.domain.servers.spans import Span, Spans


@dataclass(frozen=True, slots=True)
class KeyElsewhere:
    """A working key of the person on another server, from `since` on; `until` None: it was still there at the end."""

    server_id: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hurt:
    """The key of one person on a server that was down: when it was down, and what the person got for it.

    `spans` are the times; the last one has no end while `open_since` says when it began. `elsewhere` are the other
    working keys of the person in these times. `others` are the servers of those at the beginning, all that an earlier
    release recorded. `days` is None until the compensation has come to the person; `compensated` is the time for
    which the days were given.
    """

    person: str
    spans: Spans = ()
    open_since: datetime | None = None
    others: tuple[str, ...] = ()
    days: int | None = None
    compensated: Spans = ()
    elsewhere: tuple[KeyElsewhere, ...] = ()

    @property
    def other_keys(self) -> tuple[KeyElsewhere, ...]:
        """The other working keys; those that an earlier release recorded are taken as if they stayed."""
        since = self.spans[0].since if self.spans else self.open_since
        if self.elsewhere or since is None:
            return self.elsewhere
        return tuple(KeyElsewhere(server_id, since) for server_id in self.others)

    def begun(self, since: datetime, others: Collection[str]) -> "Hurt":
        """Return it with a time that begins, in which the person has working keys on other servers."""
        servers = tuple(sorted(others))
        keys = tuple(KeyElsewhere(server_id, since) for server_id in servers)
        return replace(self, open_since=since, others=servers, elsewhere=(*self.other_keys, *keys))

    def with_others(self, others: Collection[str], at: datetime) -> "Hurt":
        """Return it after the person was seen at `at` with working keys on these other servers."""
        had = {key.server_id for key in self.other_keys if key.until is None}
        kept = (
            replace(key, until=at) if key.until is None and key.server_id not in others else key
            for key in self.other_keys
        )
        came = (KeyElsewhere(server_id, at) for server_id in sorted(set(others) - had))
        return self if had == set(others) else replace(self, elsewhere=(*kept, *came))

    def closed(self, until: datetime) -> "Hurt":
        """Return it with the end of the time that has begun."""
        if self.open_since is None:
            return self
        last = Span(self.open_since, until)
        spans = (*self.spans, last) if last.length else self.spans
        return replace(self.with_others((), until), spans=spans, open_since=None)

    def given(self, days: int, spans: Spans) -> "Hurt":
        """Return it with what the person got."""
        return replace(self, days=days, compensated=spans)
