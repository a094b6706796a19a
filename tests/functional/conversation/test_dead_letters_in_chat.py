"""An administrator sees dead-lettered work in the chat, and lets it be tried again there."""

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_of
from vpnbot.domain.scheduling import MAX_ATTEMPTS, WORK_KINDS, DueItem, WorkKind
from vpnbot.localization.messages import Messages
from vpnbot.telegram.admin.dead_letters import LISTED, screen_of
from vpnbot.telegram.messages.renderer import Renderer

CUSTOMER = 4242
MESSAGES = Messages()
DEAD_LETTERED_KINDS = [kind for kind in WORK_KINDS if kind.may_be_dead_lettered]


@pytest.fixture
def harness() -> ChatHarness:
    return harness_with_servers("nl")


@pytest.fixture
def stuck(harness: ChatHarness) -> ChatHarness:
    """A shop with a key whose making met a bug in every attempt; the bug is mended by now."""
    shop = harness.shop
    shop.panel.fault_mode = FaultMode.DOWN
    shop.on_trial(CUSTOMER)
    shop.panel.fault_mode = FaultMode.FINE
    shop.faults.at("panel.apply.before", *(KeyError("a bug") for _ in range(MAX_ATTEMPTS)))
    shop.days(1)
    shop.faults.clear()
    assert len(shop.index.dead_lettered()) == 1
    return harness


def test_without_dead_lettered_work_there_is_no_button(admin: ChatUser) -> None:
    admin.sends("/servers")
    assert not any("Stuck" in label for row in admin.screen.labels for label in row)


def test_dead_lettered_work_is_listed_and_done_after_another_try(stuck: ChatHarness, admin: ChatUser) -> None:
    person_id = stuck.shop.person_id(CUSTOMER)
    admin.sends("/servers")
    admin.taps("Stuck work: 1")
    admin.sees("a bug stopped 1 task.", f"a key of {person_id[:8]}…")
    admin.taps("Try again")
    assert admin.toast == "Trying again: 1"
    admin.sees("Nothing is stuck")
    stuck.shop.settles(minutes=2)
    assert stuck.shop.look(CUSTOMER).living_accesses[0].works


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("kind", DEAD_LETTERED_KINDS, ids=lambda kind: kind.name)
def test_every_kind_that_may_be_dead_lettered_has_words(language: str, kind: WorkKind) -> None:
    shown = {"at": "", "of": "a1b2c3d4", "kind": kind.name}
    assert kind.name not in MESSAGES.text(language, "dead-letters-line", shown)


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("partition", ["f" * 32, "SHOP"])
@pytest.mark.parametrize("kind", DEAD_LETTERED_KINDS, ids=lambda kind: kind.name)
def test_the_list_of_any_kind_is_short_and_names_nobody_for_work_of_the_shop(
    harness: ChatHarness, kind: WorkKind, partition: str, language: str
) -> None:
    items = [DueItem(partition, f"{kind.prefix}#{number}", harness.shop.clock()) for number in range(LISTED)]
    screen, renderer = screen_of(items), Renderer(MESSAGES, language)
    assert words_of(screen, renderer) <= LONGEST_SCREEN_WORDS
    assert ("ffffffff…" in renderer.html(screen)) == (partition != "SHOP")
    assert "SHOP" not in renderer.html(screen)


def test_two_administrators_who_try_again_at_once_retry_once(stuck: ChatHarness, admin: ChatUser) -> None:
    admin.sends("/servers")
    admin.taps("Stuck work")
    (item,) = stuck.shop.index.dead_lettered()
    assert stuck.shop.index.retry(item, stuck.shop.clock())
    admin.taps("Try again")
    assert admin.toast == "Trying again: 0"
    assert not stuck.shop.index.retry(item, stuck.shop.clock()), "a claim of an older reading"


def test_customers_do_not_see_it(stuck: ChatHarness) -> None:
    customer = stuck.user("en", CUSTOMER)
    assert CUSTOMER != ADMIN
    stuck.deliver(customer.tap("servers:retry", None))
    assert len(stuck.shop.index.dead_lettered()) == 1
