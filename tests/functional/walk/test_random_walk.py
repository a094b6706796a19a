"""After faults of every kind each key is as it should be, no customer waits, and nothing untrue was said.

A usual run makes small walks. `WALK_TAPS=20000` makes the whole one, see CONTRIBUTING.md.
"""

import os

import pytest

from tests.functional.walk.episodes import EPISODES
from tests.functional.walk.random_walk import RandomWalk
from vpnbot.usecases import decide

TAPS = int(os.environ.get("WALK_TAPS", "0"))
SEEDS = tuple(int(seed) for seed in os.environ.get("WALK_SEEDS", "1" if TAPS else "1,2,3").split(","))


@pytest.fixture(autouse=True)
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let conflicts take no real time."""
    monkeypatch.setattr(decide, "_JITTER_SECONDS", 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_faults_of_every_kind_everything_is_as_it_should_be(seed: int) -> None:
    whole = RandomWalk(seed, people=30, days=40, taps=TAPS, calms=10) if TAPS else None
    walk = whole or RandomWalk(seed, people=6, days=12, taps=400, calms=3)
    walk.run()
    assert not walk.problems, walk.report()
    assert walk.sent, "people were notified"
    if whole is not None:
        assert walk.happened.keys() == EPISODES.keys()
