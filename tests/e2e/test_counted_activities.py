"""The counts from which a month's cost is computed are what the running functions call."""

import asyncio
from dataclasses import asdict

import pytest

from benchmarks.activities import measure, recorded


@pytest.mark.slow
def test_each_activity_calls_what_is_recorded() -> None:
    """After a change of what is called: `python -m benchmarks.activities`, then `python -m benchmarks.month`."""
    measured = asyncio.run(measure())
    known = recorded()
    assert measured.keys() == known.keys()
    for name, calls in measured.items():
        assert asdict(calls) == pytest.approx(asdict(known[name])), name
