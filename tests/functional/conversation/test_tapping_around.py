"""Any button, tapped in any order, gives a short screen that leads on: each member of the staff, and a customer.

FUZZED_TAPS sets how many things are done in all. A failure prints the last of them; the same number of taps does the
same again.
"""

import os
import random

import pytest

from tests.fakes.people import People
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.busy_shop import ADMINISTRATOR, PAYER, SUPPORTER, busy_shop
from tests.functional.conversation.tapping import Screens, Tapping
from vpnbot.telegram.admin.ledger_lines import words_of as ledger_words
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.screen import Phrase

STEPS = int(os.environ.get("FUZZED_TAPS", "2000"))
WHO: dict[str, tuple[int, int]] = {
    "owner": (ADMIN, 100),
    "administrator": (ADMINISTRATOR, 90),
    "support": (SUPPORTER, 60),
    "customer": (PAYER, 40),
}
"""Their Telegram ids, and how many kinds of buttons each has to tap so that the walk has seen the shop."""
KINDS = sum(kinds for _, kinds in WHO.values())
SEED = "27"


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> Screens:
    """All screens that are rendered from now on."""
    seen = Screens()
    monkeypatch.setattr(Renderer, "html", seen.recording(Renderer.html))
    return seen


@pytest.mark.parametrize("who", WHO)
def test_any_button_at_any_time_is_answered_with_a_short_screen_that_leads_on(who: str, screens: Screens) -> None:
    user_id, kinds = WHO[who]
    harness = busy_shop()
    walk = Tapping(harness.user("en", user_id), random.Random(SEED + who), screens, staff=user_id != PAYER)
    for language in ("en", "ru"):
        harness.deliver(walk.user.tap(f"lang:{language}", walk.user.screen.id))
        for _ in range(max(STEPS // len(WHO), STEPS * kinds * 2 // KINDS) // 2):
            walk.goes_on()
    people = harness.shop.people
    assert isinstance(people, People)
    decided = {str(entry["what"]) for entries in people.table.ledger.values() for entry in entries.values()}
    assert not [what for what in decided if not isinstance(ledger_words(what), Phrase)]
    assert len(walk.tapped) >= kinds, f"only these were tapped: {sorted(walk.tapped)}"
    missed = walk.shown - set(walk.tapped)
    assert len(missed) <= len(walk.shown) // 10, f"shown, and never tapped: {sorted(missed)}"
