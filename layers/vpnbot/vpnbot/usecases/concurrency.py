"""Call several functions at the same time: the caller waits for the slowest panel and not for their sum."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

_THREADS = 8


def run_concurrently[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results in the order of the calls.

    Raises:
        Exception: what the first failed call raised, after all calls have ended.
    """
    if len(calls) < 2:
        return run_sequentially(calls)
    with ThreadPoolExecutor(min(len(calls), _THREADS)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def run_sequentially[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results of one call after the other: a deterministic order for tests."""
    return [call() for call in calls]
