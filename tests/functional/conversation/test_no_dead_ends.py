"""The whole graph of buttons, walked breadth first from every state: no dead button, no dead end, home is near."""

from collections.abc import Callable

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation.harness import ChatUser
from tests.functional.conversation.situations import SITUATIONS
from tests.functional.conversation.walk import Walk

LONGEST_SCREEN_WORDS = 30
HEADINGS = ("Here is the current screen.", "Вот актуальный экран.")


def _server_down(user: ChatUser) -> None:
    SITUATIONS["running"](user)
    user.harness.shop.panel.fault_mode = FaultMode.DOWN


def _hour(hours: float) -> Callable[[ChatUser], None]:
    def situation(user: ChatUser) -> None:
        SITUATIONS["key_ready"](user)
        user.harness.passes(hours=hours)

    return situation


START = {
    **SITUATIONS,
    "server down": _server_down,
    "offered help after an hour": _hour(1.1),
    "offered help after a day": _hour(24.1),
    "reminded a day before": _hour(48.1),
    "reminded hours before": _hour(69.1),
    "told of the end": _hour(72.1),
    "asked how it was": _hour(96.1),
}


@pytest.fixture(scope="module", params=[(name, language) for name in START for language in ("en", "ru")], ids=str)
def walk(request: pytest.FixtureRequest) -> Walk:
    """A walk from one state in one language."""
    name, language = request.param
    return Walk(START[name], language)


def test_every_tap_gives_a_screen_or_a_word(walk: Walk) -> None:
    assert any(walk.leads.values()), "walked nowhere"


def test_every_screen_has_a_way_on(walk: Walk) -> None:
    for seen in walk.screens:
        assert seen.data, f"a dead end: {seen.words}"


def test_every_screen_fits_thirty_words(walk: Walk) -> None:
    for seen in walk.screens:
        text = seen.words
        for heading in HEADINGS:
            text = text.removeprefix(heading)
        assert len(text.split()) <= LONGEST_SCREEN_WORDS, text


def test_home_is_at_most_two_taps_away(walk: Walk) -> None:
    """A picture stands beside the screen it came from, whose buttons still work: hiding it is no step."""
    homes = {leads["home"] for leads in walk.leads.values() if "home" in leads} | {walk.first}
    for seen, leads in walk.leads.items():
        if "hide" in leads:
            continue
        near = {seen, *leads.values()}
        nearer = near.union(*(walk.leads.get(screen, {}).values() for screen in near))
        assert nearer & homes, f"far from home: {seen.words}"
