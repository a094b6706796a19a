"""Every promise of the journey holds, act by act."""

import pytest

from local.journey.acts import ACTS, Act
from local.journey.stage import Stage
from local.journey.transcript import Transcript
from tests.e2e.desk import Desk


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_promise_of_the_act_holds(desk: Desk, act: Act) -> None:
    lines: list[str] = []
    transcript = Transcript(lines.append)
    desk.play(act(Stage(desk.system, transcript)))
    assert transcript.promises
    assert not transcript.broken, "\n".join(lines)
