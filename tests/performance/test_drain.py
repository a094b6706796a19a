"""Many ends that are due at the same time: each is sent to a worker once, and none is late beyond the work itself."""

from datetime import timedelta

from benchmarks.drain import drain


def test_the_last_of_many_ends_is_done_when_the_work_alone_allows_it() -> None:
    found = drain(600)
    assert len(found.lateness) == found.ends
    assert found.messages_an_end <= 1.2
    assert max(found.lateness) <= found.work + timedelta(minutes=2)
