"""Within a process, updates of one person are handled one at a time, and the wait for the lock has a limit."""

import os
from threading import Barrier, Thread
from time import monotonic

import pytest

from vpnbot.errors import OutOfTime
from vpnbot.telegram.updates.user_locks import UserLocks

THREADS = 40


def test_only_one_of_forty_threads_holds_the_lock_of_a_person() -> None:
    locks, start = UserLocks(), Barrier(THREADS)
    holding, most = 0, 0

    def handle_update() -> None:
        nonlocal holding, most
        start.wait()
        with locks.take(42, timeout_seconds=30):
            holding += 1
            os.sched_yield()  # lets another thread run: without a lock it would enter this block too
            most = max(most, holding)
            holding -= 1

    threads = [Thread(target=handle_update) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_waiting_too_long_for_the_lock_raises_out_of_time() -> None:
    locks = UserLocks()
    began = monotonic()
    with locks.take(42, timeout_seconds=1), pytest.raises(OutOfTime), locks.take(42, timeout_seconds=0.01):
        pass
    assert monotonic() - began < 30


def test_two_people_do_not_wait_for_each_other() -> None:
    locks = UserLocks()
    with locks.take(1, timeout_seconds=0), locks.take(2, timeout_seconds=0):
        pass


def test_the_lock_is_released_after_an_error() -> None:
    locks = UserLocks()
    with pytest.raises(ValueError, match="a bug"), locks.take(42, timeout_seconds=0):
        raise ValueError("a bug")
    with locks.take(42, timeout_seconds=0):
        pass
