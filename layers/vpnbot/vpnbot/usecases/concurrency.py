"""Ask several panels at the same time: a person waits for the slowest of them, not for their sum."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

_AT_ONCE = 8


def side_by_side[T](questions: Sequence[Callable[[], T]]) -> list[T]:
    """Return the answers in the order of the questions.

    Raises:
        Exception: what the first of them raised, once all have ended.
    """
    if len(questions) < 2:
        return [ask() for ask in questions]
    with ThreadPoolExecutor(min(len(questions), _AT_ONCE)) as threads:
        return [asked.result() for asked in [threads.submit(ask) for ask in questions]]


def one_by_one[T](questions: Sequence[Callable[[], T]]) -> list[T]:
    """Return the answers, each question asked when the one before is answered: an order that can be relied on."""
    return [ask() for ask in questions]
