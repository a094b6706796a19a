"""Call several functions at the same time, so that the caller waits only as long as the slowest call takes."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

_THREADS = 8


def run_concurrently[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results in the order of the calls, made in up to eight threads.

    Raises:
        Exception: what the first failed call raised, after all calls have ended.
    """
    if len(calls) < 2:
        return run_sequentially(calls)
    with ThreadPoolExecutor(min(len(calls), _THREADS)) as threads:
        return [future.result() for future in [threads.submit(copy_context().run, call) for call in calls]]


def run_sequentially[T](calls: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results in the order of the calls, made one after the other; tests use it for a fixed order.

    Raises:
        Exception: what the first failed call raised; later calls are not made.
    """
    return [call() for call in calls]
