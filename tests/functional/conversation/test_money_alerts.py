"""Operators read about money in their chat, and nothing holds an alert back for long."""

import pytest

from tests.fakes.alerts import AlertsInMemory
from tests.fakes.provider import FakeProvider
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from tests.functional.conversation.operating import alerts, pays, taps_in_group
from tests.functional.conversation.selling import open_shop, the_order
from tests.functional.conversation.situations import SITUATIONS
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.payments.alerts import AlertKind, alerted
from vpnbot.domain.people.ledger import Entry

OTHER_ADMIN = 8
NB = "\u00a0"
SHORT = Money(20_000, "RUB")


@pytest.fixture
def harness() -> ChatHarness:
    """A bot with two administrators and an operators' chat."""
    return ChatHarness(admin_ids=frozenset({ADMIN, OTHER_ADMIN}))


@pytest.fixture
def user(harness: ChatHarness) -> ChatUser:
    """A person whose trial has ended."""
    person = harness.user("en")
    SITUATIONS["expired"](person)
    return person


@pytest.fixture
def card(harness: ChatHarness) -> FakeProvider:
    """A shop that sells by card."""
    return open_shop(harness)


def waiting(harness: ChatHarness) -> list[AlertKind]:
    """Return the kinds of the alerts that were not sent yet."""
    store = harness.shop.alerts
    assert isinstance(store, AlertsInMemory)
    return [alert.kind for alert in store.waiting()]


class TestDelivery:
    """Each alert arrives once, in whatever state the chat is."""

    def test_an_alert_is_one_line_with_number_mark_amounts_and_buttons(
        self, user: ChatUser, card: FakeProvider
    ) -> None:
        pays(user, card, SHORT)
        (alert,) = alerts(user.harness)
        number = the_order(user).id[-6:]
        assert alert.words == (
            f"⏸ №{number}: 200{NB}₽ instead of 299{NB}₽, held until you decide. #id_{user.person.id}".replace(NB, " ")
        )
        assert "\n" not in alert.text
        assert alert.labels == [["🎁 Give 20\u00a0d\u00a01\u00a0h for it"], [f"↩️ Send 200{NB}₽ back"]]
        assert waiting(user.harness) == []

    def test_every_button_fits_into_callback_data(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        (alert,) = alerts(user.harness)
        assert all(len(button.callback_data or "") <= 64 for row in alert.buttons for button in row)

    def test_a_chat_that_cannot_be_written_to_loses_no_alert_and_holds_back_no_customer(
        self, user: ChatUser, card: FakeProvider
    ) -> None:
        user.harness.telegram.blocked.add(OPERATORS)
        pays(user, card, SHORT)
        user.sees("We received 200 ₽ for an order of 299 ₽.")
        user.harness.passes(hours=5)
        assert alerts(user.harness) == []
        assert AlertKind.TOO_LITTLE in waiting(user.harness)
        user.harness.telegram.blocked.clear()
        user.harness.passes(minutes=15)
        assert [message.words[:1] for message in alerts(user.harness)] == ["⏸"]
        assert waiting(user.harness) == []

    def test_a_group_that_became_a_supergroup_gets_the_alert(self, user: ChatUser, card: FakeProvider) -> None:
        moved = Refusal(400, "Bad Request: group chat was upgraded", migrate_to=-100_900)
        user.harness.telegram.refuse("sendMessage", moved)
        pays(user, card, SHORT)
        assert len(user.harness.telegram.messages(-100_900)) == 1

    def test_without_a_chat_each_administrator_reads_it_in_the_own_chat(self) -> None:
        harness = ChatHarness(admin_ids=frozenset({ADMIN, OTHER_ADMIN}), support_chat_id=None)
        card, user = open_shop(harness), harness.user("en")
        SITUATIONS["expired"](user)
        admin = harness.user("en", ADMIN)
        admin.sends("/start")
        pays(user, card, SHORT)
        admin.sees("instead of", f"#id_{user.person.id}")
        assert waiting(harness) == [], "the other administrator has not opened the bot"
        admin.taps("Give")
        admin.taps("Yes")
        user.sees("Sorted out: your 200 ₽ count.")

    @pytest.mark.parametrize("first", [ADMIN, OTHER_ADMIN])
    def test_a_support_chat_that_is_the_own_chat_of_one_administrator_is_not_that_of_the_others(
        self, first: int
    ) -> None:
        harness = ChatHarness(admin_ids=frozenset({ADMIN, OTHER_ADMIN}), support_chat_id=first)
        card, user = open_shop(harness), harness.user("en")
        SITUATIONS["expired"](user)
        admins = [harness.user("en", ADMIN), harness.user("en", OTHER_ADMIN)]
        for admin in admins:
            admin.sends("/start")
        pays(user, card, SHORT)
        harness.passes(hours=1)
        for admin in admins:
            sent = [message.words for message in harness.telegram.messages(admin.user_id)]
            assert sum("instead of" in words for words in sent) == 1
            admin.sends("/start")
            assert admin.screen.labels

    def test_an_alert_reaches_the_own_chat_of_an_administrator_whom_the_bot_does_not_know(self) -> None:
        harness = ChatHarness(admin_ids=frozenset({ADMIN}), support_chat_id=ADMIN)
        card, user = open_shop(harness), harness.user("en")
        SITUATIONS["expired"](user)
        pays(user, card, SHORT)
        assert waiting(harness) == []
        sent = [message.words for message in harness.telegram.messages(ADMIN)]
        assert sum("instead of" in words for words in sent) == 1

    def test_while_no_administrator_can_be_reached_it_waits(self) -> None:
        harness = ChatHarness(admin_ids=frozenset({ADMIN}), support_chat_id=None)
        card, user = open_shop(harness), harness.user("en")
        SITUATIONS["expired"](user)
        pays(user, card, SHORT)
        harness.passes(hours=3)
        assert waiting(harness) == [AlertKind.TOO_LITTLE]
        admin = harness.user("en", ADMIN)
        admin.sends("/start")
        harness.passes(minutes=11)
        assert waiting(harness) == []
        admin.sees("instead of")

    def test_a_reminder_of_what_was_decided_meanwhile_is_not_sent(self, user: ChatUser, card: FakeProvider) -> None:
        pays(user, card, SHORT)
        taps_in_group(user.harness.user("en", ADMIN), "Give")
        taps_in_group(user.harness.user("en", ADMIN), "Yes")
        order = the_order(user)
        about = {"order": order.id, "person": user.person.id, "provider": order.provider}
        alert = alerted(AlertKind.STILL_HELD, "test", user.harness.shop.clock(), **about)
        user.harness.shop.ledger.record(Entry("test", "test", user.harness.shop.clock()), alert)
        before = len(alerts(user.harness))
        user.harness.passes(minutes=2)
        assert len(alerts(user.harness)) == before
        assert waiting(user.harness) == []


class TestProviderThatDoesNotAnswer:
    """Operators read of it once, and once when it answers again; the customer is notified then."""

    def test_an_outage_is_reported_once_and_its_end_too(self, user: ChatUser, card: FakeProvider) -> None:
        harness = user.harness
        for point in ("begin.before", "probe"):
            harness.shop.faults.at(f"{card.name}.{point}", *[ProviderUnavailable("no answer")] * 99)
        user.harness.deliver(user.tap("buy:standard:30d:yookassa", user.screen.id))
        user.taps("💳 Pay")
        user.sees("isn't answering")
        assert alerts(harness) == [], "one failed call is no outage"
        harness.passes(hours=2)
        assert [alert.words for alert in alerts(harness)] == [
            "🔴 YooKassa isn't answering. Customers see the other ways to pay."
        ]
        harness.shop.faults.clear()
        harness.passes(hours=2)
        assert [alert.words[:1] for alert in alerts(harness)] == ["🔴", "🟢"]
        user.sees("works again")
        harness.passes(hours=5)
        assert len(alerts(harness)) == 2
