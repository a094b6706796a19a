"""One person's updates are handled one at a time within a process, and nobody waits for ever."""

from threading import Thread
from time import monotonic

import pytest

from vpnbot.errors import OutOfTime
from vpnbot.telegram.updates.user_locks import UserLocks


def test_forty_threads_of_one_person_take_turns() -> None:
    turns, inside, most = UserLocks(), 0, 0

    def visit() -> None:
        nonlocal inside, most
        with turns.take(42, timeout_seconds=30):
            inside += 1
            most = max(most, inside)
            inside -= 1

    threads = [Thread(target=visit) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_whoever_waits_in_vain_is_told_to_come_back() -> None:
    turns = UserLocks()
    began = monotonic()
    with turns.take(42, timeout_seconds=1), pytest.raises(OutOfTime), turns.take(42, timeout_seconds=0.01):
        pass
    assert monotonic() - began < 30


def test_two_people_do_not_wait_for_each_other() -> None:
    turns = UserLocks()
    with turns.take(1, timeout_seconds=0), turns.take(2, timeout_seconds=0):
        pass


def test_a_turn_that_fails_is_given_back() -> None:
    turns = UserLocks()
    with pytest.raises(ValueError, match="a bug"), turns.take(42, timeout_seconds=0):
        raise ValueError("a bug")
    with turns.take(42, timeout_seconds=0):
        pass
