"""A promo code that is being made is in the callback data of its buttons, and its card fits the screen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.clock import START
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.harness import ChatHarness, ChatUser, Language
from tests.functional.conversation.label_width import too_wide
from tests.functional.conversation.selling import open_shop
from tests.functional.conversation.shown_words import LONGEST_SCREEN_WORDS, words_of
from tests.unit.money_screens import MESSAGES
from vpnbot.domain.money import Money
from vpnbot.domain.plans.plan_checks import LONGEST_TITLE, MOST_PLANS
from vpnbot.domain.promo.code import CodeEffect
from vpnbot.telegram.admin.promo_drafts import Draft, Options
from vpnbot.telegram.admin.promo_screens import Results, card, draft
from vpnbot.telegram.messages.renderer import Renderer


@pytest.fixture
def harness() -> ChatHarness:
    return ChatHarness(admin_ids=frozenset({ADMIN}))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_longest_card_is_short(language: Language) -> None:
    code = longest_draft().code("a member", START)
    brought = (Money(12_345_600, "RUB"), Money(12_345_600, "XTR"))
    many = replace(code, plans=tuple(map(str, range(20))))
    for each in (code, code.paused(), code.ended(), many, replace(code, amount=None, days=90, plan="family")):
        shown = card(each, Results(500, brought), {"family": "Family"}, "a_bot", START)
        assert words_of(shown, Renderer(MESSAGES, language)) <= LONGEST_SCREEN_WORDS


def test_the_buttons_of_a_card_fit(harness: ChatHarness, admin: ChatUser) -> None:
    open_shop(harness)
    admin.sends("/admin")
    admin.harness.deliver(admin.tap(f"adm:code:make:{':'.join(longest_draft().arguments)}:70001", admin.screen.id))
    admin.sees("A" * 16)
    step = next(button for row in admin.screen.buttons for button in row if "⏸" in button.text)
    assert len(str(step.callback_data).encode()) <= 64


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_name_of_a_plan_fits_its_button_in_a_draft(language: Language) -> None:
    chosen = replace(longest_draft(), plans=("family",))
    name = "A family that lives in one house"
    assert len(name) == LONGEST_TITLE
    shown = Renderer(MESSAGES, language).buttons(draft(chosen, {"family": name}, "70001").rows)
    labels = [[button["text"] for button in row] for row in shown]
    assert any(name in label for row in labels for label in row)
    assert not too_wide(labels)


def longest_draft() -> Draft:
    """Return a draft with as much in it as one can have."""
    options = Options("RUB", ("family", "standard"))
    chosen = Draft("A" * 16, options, CodeEffect.SUM, options.sums[-1], total=500, times=10, valid=90)
    return replace(chosen, begins=30, minimum=5000, newcomers=True, one_time=True, plans=("family", "standard"))


@pytest.mark.parametrize("effect", [CodeEffect.DAYS, CodeEffect.PERCENT, CodeEffect.SUM])
def test_a_draft_is_read_from_its_buttons(effect: CodeEffect) -> None:
    chosen = replace(longest_draft(), effect=effect, plans=("family",))
    for value in chosen.values("value"):
        draft = replace(chosen, value=value)
        assert Draft.parse(draft.arguments, draft.options) == draft
        reordered = Options("RUB", ("standard", "family"))
        assert Draft.parse(draft.arguments, reordered) == replace(draft, options=reordered)
        for now in (Options("RUB", ("standard",)), Options("RUB", ("family", "standard", "plus"))):
            kept = replace(draft, options=now, plans=(), plans_changed=True)
            assert Draft.parse(draft.arguments, now) == kept, "all but the plans"


@pytest.mark.parametrize("text", ["zz", "0000000", "000000", "000000zzzzzzzz", "000000-"])
def test_what_names_no_plans_of_any_shop_is_no_draft(text: str) -> None:
    chosen = replace(longest_draft(), plans=())
    name, values = chosen.arguments
    assert Draft.parse((name, values + text), chosen.options) is None


@pytest.mark.parametrize(
    ("language", "says"), [("en", "The plans of the shop have changed"), ("ru", "Тарифы магазина изменились")]
)
@pytest.mark.parametrize("mark", ["✅", "🕓", "⭐"])
def test_a_draft_is_kept_when_the_plans_change_and_makes_no_code_before_they_are_chosen_again(
    harness: ChatHarness, language: Language, says: str, mark: str
) -> None:
    open_shop(harness)
    admin = harness.user(language, user_id=ADMIN)
    admin.sends("/admin")
    chosen = Draft("SPRING", Options("RUB", ("family", "standard")), CodeEffect.PERCENT, 50, plans=("family",))
    harness.deliver(admin.tap(f"adm:code:d:{':'.join(chosen.arguments)}", admin.screen.id))
    changed = replace(harness.shop.sales.plans.load().plans[0], id="plus")
    open_shop(harness, *harness.shop.sales.plans.load().plans, changed)
    harness.deliver(admin.tap(action_of(admin, mark), admin.screen.id))
    admin.sees(says, "SPRING")
    assert any("50" in label for row in admin.screen.labels for label in row), "the rest is as it was"
    assert not harness.shop.payments.codes().latest(before=None, limit=1)
    harness.deliver(admin.tap(action_of(admin, "✅"), admin.screen.id))
    (code,) = harness.shop.payments.codes().latest(before=None, limit=1)
    assert (code.id, code.percent, code.plans) == ("SPRING", 50, ())


def action_of(admin: ChatUser, mark: str) -> str:
    """Return the callback data of the first button of the screen with this mark."""
    buttons = (button for row in admin.screen.buttons for button in row)
    return next(str(button.callback_data) for button in buttons if mark in button.text)


@given(st.sets(st.integers(0, MOST_PLANS - 1)), st.integers(1, MOST_PLANS))
def test_every_choice_of_plans_is_read_from_its_button_and_fits(places: set[int], count: int) -> None:
    options = Options("RUB", tuple(f"plan-{number}" for number in range(count)))
    draft = replace(longest_draft(), options=options, plans=())
    for place in sorted(places):
        if place < count:
            draft = draft.with_plan_switched(options.plans[place])
    assert set(draft.plans) == {options.plans[place] for place in places if place < count}
    assert Draft.parse(draft.arguments, options) == draft
    assert len(f"adm:code:make:{':'.join(draft.arguments)}:2147483647") <= 64
    assert len(f"adm:code:f:minimum:{':'.join(draft.arguments)}") <= 64
    for plan in draft.plans:
        assert plan not in draft.with_plan_switched(plan).plans
    days = [each for kind in draft.effects() for each in kind if not each.is_discount]
    assert all(len(each.plans) <= 1 for each in days)
    assert [Draft.parse(each.arguments, options) for each in days] == days


def test_days_of_several_plans_are_no_draft() -> None:
    draft = replace(longest_draft(), effect=CodeEffect.DAYS, value=7, minimum=0)
    assert Draft.parse(draft.arguments, draft.options) is None


def test_all_that_a_button_carries_fits(harness: ChatHarness, admin: ChatUser) -> None:
    open_shop(harness)
    admin.sends("/admin")
    admin.harness.deliver(admin.tap(f"adm:code:d:{':'.join(longest_draft().arguments)}", admin.screen.id))
    admin.sees("A" * 16)
    data = [str(button.callback_data) for row in admin.screen.buttons for button in row]
    longest = max(map(len, data)) + len("2147483647") - len("70002")
    assert longest <= 64, "Bot API: callback_data has up to 64 bytes, and the number of an update up to ten digits"
