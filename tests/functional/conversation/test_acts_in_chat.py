"""Acts of the staff on a person: asked once with the consequence, done once, undone where possible."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.functional.conversation.acting import (
    CUSTOMER,
    acts,
    asks_to_delete,
    asks_to_pause,
    asks_to_send_message,
    asks_to_write_note,
    at_card,
    member,
    yes,
)
from tests.functional.conversation.administrator import ADMIN, harness_with_servers
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import plans_of
from tests.functional.conversation.test_shop_front_in_chat import data_of, words_of
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Role
from vpnbot.domain.subscriptions.status import Status
from vpnbot.domain.subscriptions.time_credit import Source
from vpnbot.localization.first_plans import worded_first_plans

DAY = timedelta(days=1)


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two servers and an administrator."""
    return harness_with_servers("nl", "de")


def gives(staff: ChatUser, days: int, *, quietly: bool = False) -> None:
    """Give days, up to the result."""
    at_card(staff)
    staff.taps("➕ Days")
    staff.taps(f"+{days}")
    staff.taps("🔕 Quietly" if quietly else "✅ Yes")


def end(user: ChatUser) -> object:
    """Return when the person's time ends."""
    return user.person.subscription.ends_at


def picture(person: Person) -> tuple[object, ...]:
    """Return what an undo has to restore."""
    subscription = person.subscription
    return (subscription.status, subscription.ends_at, subscription.lots, subscription.plan, person.user.trial_used)


def test_days_move_the_end_are_told_logged_and_undone(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    before = picture(customer.person)
    ends = customer.person.subscription.ends_at
    assert ends is not None
    at_card(admin)
    admin.taps("➕ Days")
    admin.taps("+3")
    admin.sees("3 days", "The end:", "They will be told.")
    assert picture(customer.person) == before
    admin.taps("✅ Yes")
    admin.sees("Done")
    customer.sees("3 days")
    assert end(customer) == ends + 3 * DAY
    admin.taps("↩️ Undo")
    admin.sees("Undone")
    customer.sees("taken back 3 days")
    assert picture(customer.person) == before
    assert [(act.kind, act.value, act.told) for act in acts(harness)] == [("days", "3", True), ("undo", "days", True)]
    assert sum(int(str(row.get("seconds", 0))) for row in harness.shop.people.history(customer.person.id)) == sum(
        lot.seconds for lot in customer.person.subscription.lots
    )


def test_quietly_tells_nothing_and_neither_does_its_undo(customer: ChatUser, admin: ChatUser) -> None:
    seen = len(customer.chat)
    gives(admin, 3, quietly=True)
    admin.taps("↩️ Undo")
    assert len(customer.chat) == seen


def test_own_number_of_days(customer: ChatUser, admin: ChatUser) -> None:
    ends = customer.person.subscription.ends_at
    assert ends is not None
    at_card(admin)
    admin.taps("➕ Days")
    admin.taps("Another number")
    admin.sends("many")
    admin.sees("A number from 1")
    admin.sends("45")
    admin.sees("45 days")
    admin.taps("✅ Yes")
    assert end(customer) == ends + 45 * DAY


def test_days_bring_an_expired_person_back_and_the_undo_ends_it(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    harness.passes(days=10)
    assert not customer.person.served
    gives(admin, 7)
    person = customer.person
    assert person.subscription.entitled(harness.shop.clock())
    assert person.served
    admin.taps("↩️ Undo")
    assert not customer.person.subscription.entitled(harness.shop.clock())


def test_days_for_a_person_without_any_subscription(harness: ChatHarness, admin: ChatUser) -> None:
    new = harness.user("en", CUSTOMER)
    new.sends("/start")
    gives(admin, 1)
    assert new.person.subscription.left(harness.shop.clock()) == DAY
    assert not new.person.user.trial_used
    assert new.person.served


def test_an_undo_takes_what_is_left_of_its_own_lot_only(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    trial = customer.person.subscription.lots
    gives(admin, 3)
    undo = admin.screen
    gives(admin, 7)
    ends = customer.person.subscription.ends_at
    assert ends is not None
    harness.deliver(admin.tap(undo.buttons[0][0].callback_data))
    admin.sees("Undone")
    assert end(customer) == ends - 3 * DAY
    assert [lot for lot in customer.person.subscription.lots if lot.id == "trial"] == list(trial)


def test_an_undo_after_a_day_is_refused(harness: ChatHarness, customer: ChatUser, admin: ChatUser) -> None:
    gives(admin, 7)
    ends = end(customer)
    harness.passes(hours=25)
    admin.taps("↩️ Undo")
    admin.sees("24 hours are over")
    assert end(customer) == ends


def test_pause_and_resume_with_undo(harness: ChatHarness, customer: ChatUser, admin: ChatUser) -> None:
    before = picture(customer.person)
    asks_to_pause(admin)
    admin.sees("active → paused")
    admin.taps("✅ Yes")
    assert customer.person.subscription.status is Status.SUSPENDED
    admin.taps("↩️ Undo")
    assert picture(customer.person) == before
    admin.taps("👤 Card")
    asks_to_pause(admin)
    admin.taps("✅ Yes")
    at_card(admin)
    admin.taps("▶️ Resume")
    admin.taps("✅ Yes")
    assert picture(customer.person) == before
    admin.taps("↩️ Undo")
    assert customer.person.subscription.suspended_at is not None


def _changes_plan(admin: ChatUser, title: str) -> None:
    at_card(admin)
    admin.taps("🔁 Plan")
    admin.taps(title)
    admin.taps("✅ Yes")


def test_the_plan_is_changed_and_changed_back(harness: ChatHarness, customer: ChatUser, admin: ChatUser) -> None:
    plans_of(harness).first = worded_first_plans(sold=True)
    titles = [plan.title("en") for plan in harness.shop.sales.plans.load().visible()]
    _changes_plan(admin, titles[0])
    first = customer.person.subscription
    assert first.plan is not None
    assert first.plan.id == harness.shop.sales.plans.load().visible()[0].id
    _changes_plan(admin, titles[1])
    second = customer.person.subscription.plan
    assert second is not None
    assert second.id != first.plan.id
    customer.sees("Your plan is now")
    admin.taps("↩️ Undo")
    restored = customer.person.subscription
    assert (restored.plan, restored.ends_at) == (first.plan, first.ends_at)
    assert [lot.seconds for lot in restored.lots] == [lot.seconds for lot in first.lots]
    granted = sum(int(str(row.get("seconds", 0))) for row in harness.shop.people.history(customer.person.id))
    assert granted == restored.used_seconds + sum(lot.seconds for lot in restored.lots)


@pytest.mark.parametrize("days", [0, 7])
def test_the_trial_is_restored_as_the_earlier_plan(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser, days: int
) -> None:
    plans_of(harness).first = worded_first_plans(sold=True)
    if days:
        gives(admin, days)
    before = picture(customer.person)
    _changes_plan(admin, harness.shop.sales.plans.load().visible()[0].title("en"))
    assert picture(customer.person) != before
    admin.taps("↩️ Undo")
    assert picture(customer.person) == before
    customer.sees("Your plan is now Free trial")
    subscription = customer.person.subscription
    granted = sum(int(str(row.get("seconds", 0))) for row in harness.shop.people.history(customer.person.id))
    assert granted == subscription.used_seconds + sum(lot.seconds for lot in subscription.lots)


@pytest.mark.parametrize("days_first", [True, False])
def test_the_undo_of_days_takes_the_days_and_leaves_the_plan_that_was_changed(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser, *, days_first: bool
) -> None:
    plans_of(harness).first = worded_first_plans(sold=True)
    title = harness.shop.sales.plans.load().visible()[0].title("en")
    on_trial = picture(customer.person)
    if days_first:
        gives(admin, 7)
        undo, screen = data_of(admin, "adm:act:u"), admin.screen.id
        _changes_plan(admin, title)
        undo_plan = data_of(admin, "adm:act:u")
    else:
        _changes_plan(admin, title)
        undo_plan = data_of(admin, "adm:act:u")
        gives(admin, 7)
        undo, screen = data_of(admin, "adm:act:u"), admin.screen.id
    before = customer.person.subscription
    harness.deliver(admin.tap(undo, screen))
    after = customer.person.subscription
    assert (after.plan, after.status) == (before.plan, Status.ACTIVE)
    assert after.lots == tuple(lot for lot in before.lots if lot.source is Source.TRIAL)
    assert after.course == before.course + 1, "its events belong to the end that has moved"
    granted = sum(int(str(row.get("seconds", 0))) for row in harness.shop.people.history(customer.person.id))
    assert granted == after.used_seconds + sum(lot.seconds for lot in after.lots)
    harness.deliver(admin.tap(undo, screen))
    assert customer.person.subscription == after
    harness.deliver(admin.tap(undo_plan, screen))
    assert picture(customer.person) == on_trial, "the undo of the plan is what brings the trial back"


def test_the_trial_is_not_restored_over_other_time(harness: ChatHarness, customer: ChatUser, admin: ChatUser) -> None:
    plans_of(harness).first = worded_first_plans(sold=True)
    _changes_plan(admin, harness.shop.sales.plans.load().visible()[0].title("en"))
    undo, screen = data_of(admin, "adm:act:u"), admin.screen.id
    gives(admin, 7)
    changed = picture(customer.person)
    harness.deliver(admin.tap(undo, screen))
    assert "they have got more time since. Take that back first." in words_of(admin, screen)
    assert picture(customer.person) == changed


def test_a_message_reaches_the_person_and_its_text_is_in_no_log(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    asks_to_send_message(admin)
    admin.sees("Please load the link again", "Send this")
    admin.taps("✅ Yes")
    customer.sees("Please load the link again")
    assert [(act.kind, act.value) for act in acts(harness)] == [("message", "")]


def test_a_button_of_an_earlier_text_sends_nothing_else(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    asks_to_send_message(admin)
    earlier = yes(admin)
    admin.sends("Another text")
    harness.deliver(admin.tap(earlier))
    assert "no longer open" in str(admin.toast)
    assert acts(harness) == []


def test_a_note_is_on_the_card_and_leaves_with_the_data(customer: ChatUser, admin: ChatUser) -> None:
    asks_to_write_note(admin)
    admin.taps("✅ Yes")
    admin.taps("👤 Card")
    admin.sees("Pays by card")
    for label in ("Home", "Settings", "My data", "🗑 Delete", "🗑 Delete everything"):
        customer.taps(label)
    assert customer.person.user.notes == ()


def test_the_trial_mark_is_reset_and_set_again(harness: ChatHarness, customer: ChatUser, admin: ChatUser) -> None:
    for label in ("Home", "Settings", "My data", "🗑 Delete", "🗑 Delete everything"):
        customer.taps(label)
    customer.sends("/start")
    at_card(admin)
    admin.taps("⋯ More")
    admin.taps("🎁 Trial again")
    admin.taps("✅ Yes")
    assert not customer.person.user.trial_used
    admin.taps("↩️ Undo")
    assert picture(customer.person)[-1] is True
    at_card(admin)
    admin.taps("⋯ More")
    admin.taps("🎁 Trial again")
    admin.taps("🔕 Quietly")
    customer.sends("/start")
    customer.taps("Try free")
    admin.taps("↩️ Undo")
    admin.sees("used up")


def test_support_has_limits_for_a_person_a_day_and_itself(harness: ChatHarness, customer: ChatUser) -> None:
    support = member(harness, Role.SUPPORT)
    gives(support, 3)
    support.sees("Done")
    at_card(support)
    support.taps("➕ Days")
    support.taps("+7")
    assert "Still possible: 4" in str(support.toast)
    at_card(support)
    support.taps("➕ Days")
    support.taps("+3")
    support.taps("✅ Yes")
    support.taps("↩️ Undo")
    assert sum(given.days for given in customer.person.user.given) == 3
    assert len(harness.shop.staff.given.taken(support.person.id, f"{harness.shop.clock():%Y-%m-%d}")) == 3
    for user_id in range(100, 105):
        harness.user("en", user_id).sends("/start")
        at_card(support, user_id)
        support.taps("➕ Days")
        support.taps("+7")
        if "✅ Yes" in str(support.screen.labels):
            support.taps("✅ Yes")
    assert "Left today: 6" in str(support.toast)
    at_card(support, support.user_id)
    support.taps("➕ Days")
    support.taps("+1")
    assert "Another member" in str(support.toast)


def test_the_log_names_who_did_what_to_whom_and_is_paged(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser
) -> None:
    for _ in range(8):
        harness.passes(minutes=1)
        gives(admin, 1, quietly=True)
    admin.sends("/admin")
    admin.taps("📒 Acts")
    admin.sees("days (1)")
    first = admin.screen.words
    assert first.count("days (1)") == 6
    admin.taps("➡️ Older")
    assert admin.screen.words.count("days (1)") == 2
    admin.taps("👤")
    admin.sees("id 42")


def test_after_an_undo_the_next_event_of_the_trial_is_due() -> None:
    harness = harness_with_servers("nl", "de", "fi")
    customer, admin = harness.user("en", CUSTOMER), harness.user("en", ADMIN)
    customer.sends("/start")
    customer.taps("Try free")
    before = customer.person.subscription
    gives(admin, 1)
    admin.taps("↩️ Undo")
    after = customer.person.subscription
    assert before.due is not None
    assert after.due is not None
    assert (after.status, after.due.at) == (Status.TRIAL, before.due.at)


@pytest.mark.parametrize("asks", [asks_to_write_note, asks_to_send_message])
def test_the_support_notes_and_writes(
    harness: ChatHarness, customer: ChatUser, asks: Callable[[ChatUser], None]
) -> None:
    support = member(harness, Role.SUPPORT)
    asks(support)
    support.taps("Yes")
    assert not harness.quarantine.updates
    support.sees("✅ Done")


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_button_of_an_old_card_leads_to_the_card_of_a_person_whose_data_are_deleted(
    harness: ChatHarness, customer: ChatUser, admin: ChatUser, asked_before: bool
) -> None:
    asks_to_pause(admin)
    admin.taps("✅ Yes")
    at_card(admin)
    tapped, card = data_of(admin, "adm:act:ar"), admin.screen.id
    if asked_before:
        harness.deliver(admin.tap(tapped, card))
        tapped = next(each for each in admin.chat if each.id == card).buttons[0][0].callback_data or ""
    asks_to_delete(admin)
    admin.taps("🗑 Yes, delete")
    harness.deliver(admin.tap(tapped, card))
    assert words_of(admin, card).startswith("👤")
    message = next(each for each in admin.chat if each.id == card)
    assert not [button for row in message.buttons for button in row if ":act:" in (button.callback_data or "")]
    assert customer.person.paused
