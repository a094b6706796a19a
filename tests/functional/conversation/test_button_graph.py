"""All screens that buttons lead to, from every state: each tap is answered, and home is at most two taps away."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation.harness import ChatUser
from tests.functional.conversation.selling import notified, open_shop
from tests.functional.conversation.situations import SITUATIONS
from tests.functional.conversation.walk import Walk
from vpnbot.domain.payments.shop_settings import Receipts

LONGEST_SCREEN_WORDS = 30
HEADINGS = (
    *("Here is the current screen.", "Вот актуальный экран."),
    *("I didn't get that. Home:", "Не понял. Вот главное меню."),
)


def _server_down(user: ChatUser) -> None:
    SITUATIONS["running"](user)
    user.harness.shop.panel.fault_mode = FaultMode.DOWN


def _hour(hours: float) -> Callable[[ChatUser], None]:
    def situation(user: ChatUser) -> None:
        SITUATIONS["key_ready"](user)
        user.harness.passes(hours=hours)

    return situation


def _selling(situation: Callable[[ChatUser], None]) -> Callable[[ChatUser], None]:
    def selling(user: ChatUser) -> None:
        open_shop(user.harness)
        situation(user)

    return selling


def _waiting(user: ChatUser) -> None:
    open_shop(user.harness)
    SITUATIONS["running"](user)
    user.harness.deliver(user.tap("buy:standard:90d:yookassa", user.screen.id))
    user.harness.deliver(user.tap("pay:standard:90d:yookassa:0", user.screen.id))


def _receipt_wanted(user: ChatUser) -> None:
    card = open_shop(user.harness, receipts=Receipts.EMAIL, fallback_contact="shop@mail.example")
    card.abilities = replace(card.abilities, receipts=True)
    SITUATIONS["expired"](user)


def _paid(user: ChatUser) -> None:
    card = open_shop(user.harness)
    SITUATIONS["expired"](user)
    user.harness.deliver(user.tap("pay:standard:30d:yookassa:0", user.screen.id))
    card.pays(card.last())
    notified(user, card, card.last())
    user.harness.deliver(user.tap("payments", user.screen.id))


START = {
    **SITUATIONS,
    "server down": _server_down,
    "offered help after an hour": _hour(1.1),
    "offered help after a day": _hour(24.1),
    "reminded a day before": _hour(48.1),
    "reminded hours before": _hour(69.1),
    "notified of the end": _hour(72.1),
    "asked how it was": _hour(96.1),
    "selling, new": _selling(SITUATIONS["new"]),
    "selling, running": _selling(SITUATIONS["running"]),
    "selling, expired": _selling(SITUATIONS["expired"]),
    "an order waits": _waiting,
    "an address for receipts is needed": _receipt_wanted,
    "paid": _paid,
}


@pytest.fixture(scope="module", params=[(name, language) for name in START for language in ("en", "ru")], ids=str)
def walk(request: pytest.FixtureRequest) -> Walk:
    """A walk from one state in one language."""
    name, language = request.param
    return Walk(START[name], language)


def test_each_tap_changes_the_screen_or_shows_a_text(walk: Walk) -> None:
    assert any(walk.next_screens.values()), "no button was tapped"


def test_each_screen_has_a_button_to_continue(walk: Walk) -> None:
    for seen in walk.screens:
        assert seen.data, f"no button: {seen.words}"


def test_each_screen_has_at_most_thirty_words(walk: Walk) -> None:
    for seen in walk.screens:
        text = seen.words
        for heading in HEADINGS:
            text = text.removeprefix(heading)
        assert len(text.split()) <= LONGEST_SCREEN_WORDS, text


def test_home_is_at_most_two_taps_away(walk: Walk) -> None:
    """Pictures are left out: the buttons of the screen above a picture still work without hiding it."""
    homes = {targets["home"] for targets in walk.next_screens.values() if "home" in targets} | {walk.first}
    for seen, targets in walk.next_screens.items():
        if "hide" in targets:
            continue
        after_one_tap = {seen, *targets.values()}
        after_two_taps = after_one_tap.union(
            *(walk.next_screens.get(screen, {}).values() for screen in after_one_tap)
        )
        assert after_two_taps & homes, f"home is more than two taps away: {seen.words}"
