"""Spans of time, and what remains of them: union, intersection and difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """The time from `since` up to `until`."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is; zero if it is empty."""
        return max(self.until - self.since, timedelta())

    def overlaps(self, other: "Span") -> bool:
        """Tell whether two spans have time in common."""
        return self.since < other.until and other.since < self.until


type Spans = tuple[Span, ...]
"""Spans in order of time, of which no two touch."""


def union(spans: Iterable[Span]) -> Spans:
    """Return all time that is in one of the spans."""
    joined: list[Span] = []
    for span in sorted((each for each in spans if each.length), key=lambda each: each.since):
        if joined and span.since <= joined[-1].until:
            joined[-1] = Span(joined[-1].since, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return tuple(joined)


def intersection(first: Spans, second: Spans) -> Spans:
    """Return the time that is in both."""
    return union(Span(max(a.since, b.since), min(a.until, b.until)) for a in first for b in second)


def difference(spans: Spans, taken: Iterable[Span]) -> Spans:
    """Return the time of `spans` that is in none of `taken`."""
    left: Sequence[Span] = spans
    for other in union(taken):
        left = [
            part
            for span in left
            for part in (
                Span(span.since, min(span.until, other.since)),
                Span(max(span.since, other.until), span.until),
            )
            if part.length
        ]
    return tuple(left)


def total(spans: Iterable[Span]) -> timedelta:
    """Return the length of all spans together."""
    return sum((span.length for span in spans), timedelta())
