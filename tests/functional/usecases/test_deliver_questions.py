"""Questions to the operators: none is lost or sent twice, and they never hold back a customer's notifications."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.shop import Shop, update
from vpnbot.domain.notifications import NotificationKind, notification
from vpnbot.domain.questions import MOST_WAITING
from vpnbot.domain.scheduling import Due
from vpnbot.domain.support_chat import ChatFailed, ChatTrouble
from vpnbot.usecases.decide import Decision, apply_fact
from vpnbot.usecases.notifications.deliver_notifications import deliver_notifications
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.support.relay_question import TooManyQuestions, relay_question

GROUP, SUPERGROUP = -100_500, -100_900
MINUTE = timedelta(minutes=1)
KICKED = ChatFailed(ChatTrouble.NOT_FOUND, "Forbidden: bot was kicked from the group chat")
THROTTLED = ChatFailed(ChatTrouble.NO_ANSWER, "Telegram asks to wait", timedelta(minutes=20))
FAILURES = {
    "kicked": KICKED,
    "may not write": ChatFailed(ChatTrouble.NO_RIGHTS, "Bad Request: not enough rights"),
    "throttled": THROTTLED,
}
ADMIN = 900


def asks(shop: Shop, message_id: int) -> None:
    """Let a customer write a message; a worker copies it."""
    relay_question(shop.open(), shop.context, update(), message_id)


def operators_heard(shop: Shop) -> list[timedelta]:
    """Return how long after the start each administrator's notification arrived."""
    return [sent.at - START for sent in shop.sender.said if sent.kind is NotificationKind.QUESTIONS_WAIT]


class TestTwoOutboxes:
    """A chat of the operators that fails changes nothing for the customer."""

    @pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
    def test_while_questions_wait_for_hours_every_notification_is_on_time_and_then_each_question_arrives_once(
        self, shop: Shop, failure: ChatFailed
    ) -> None:
        shop.on_trial()
        shop.connects()
        ends_at = shop.look().subscription.ends_at
        assert ends_at is not None
        shop.until(ends_at - timedelta(hours=6))
        shop.questions.failing[GROUP] = failure
        asks(shop, 1)
        shop.clock.advance(timedelta(seconds=1))
        asks(shop, 2)
        shop.until(ends_at + timedelta(minutes=5), step=MINUTE)
        arrived = {sent.kind: sent.at for sent in shop.sender.said}
        due = {NotificationKind.REMINDER_HOURS: ends_at - timedelta(hours=3), NotificationKind.EXPIRY: ends_at}
        for kind, at in due.items():
            assert at <= arrived[kind] <= at + 2 * MINUTE, kind
        assert shop.questions.got == []
        assert shop.index.dead_lettered() == []
        shop.questions.failing.clear()
        shop.settles(minutes=25)
        assert shop.questions.got == [(GROUP, 1), (GROUP, 2)]
        assert shop.look().questions == ()
        assert shop.support_chat.load(GROUP).trouble is None

    def test_a_chat_that_fails_for_a_week_is_asked_at_least_every_ten_minutes_and_never_floods_the_clock(
        self, shop: Shop
    ) -> None:
        shop.questions.failing[GROUP] = KICKED
        for user_id in range(1, 11):
            shop.arrives(user_id)
            relay_question(shop.open(user_id), shop.context, update(), 7)
        shop.until(START + timedelta(days=1), step=MINUTE)
        assert 24 * 60 / 11 <= shop.questions.calls <= 24 * 60 / 9, "one question is tried, the others wait with it"
        assert shop.meter.counts[Metric.DEAD_LETTERED] == 0

    def test_a_customer_who_cannot_be_reached_still_reaches_the_operators(self, shop: Shop) -> None:
        shop.arrives()
        shop.people.record_reachable(shop.look(), reachable=False)
        asks(shop, 7)
        shop.settles(minutes=2)
        assert shop.questions.got == [(GROUP, 7)]

    def test_only_so_many_questions_of_one_person_wait(self, shop: Shop) -> None:
        shop.arrives()
        cause = update()
        relay_question(shop.open(), shop.context, cause, 1)
        for number in range(1, MOST_WAITING):
            shop.clock.advance(timedelta(minutes=6))  # so that the limit of questions is not reached
            asks(shop, number)
        shop.clock.advance(timedelta(minutes=6))
        with pytest.raises(TooManyQuestions):
            asks(shop, 99)
        relay_question(shop.open(), shop.context, cause, 1)
        assert len(shop.look().questions) == MOST_WAITING, "a redelivered question is no new one"


class TestOperatorsHear:
    """The operators are notified in their own chats, once a day for each kind of trouble."""

    @pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
    def test_operators_hear_within_ten_minutes_and_once_a_day(self, shop: Shop, failure: ChatFailed) -> None:
        shop.admin_ids = frozenset({ADMIN, 901})
        shop.arrives(ADMIN)
        shop.arrives()
        shop.questions.failing[GROUP] = failure
        asks(shop, 7)
        shop.until(START + timedelta(hours=20), step=MINUTE)
        (heard,) = operators_heard(shop)
        assert heard <= timedelta(minutes=10)
        shop.until(START + timedelta(hours=30), step=MINUTE)
        assert len(operators_heard(shop)) == 2
        assert {sent.person_id for sent in shop.sender.said} == {shop.person_id(ADMIN)}

    def test_a_short_outage_of_telegram_is_not_reported(self, shop: Shop) -> None:
        shop.admin_ids = frozenset({ADMIN})
        shop.arrives(ADMIN)
        shop.arrives()
        shop.questions.failing[GROUP] = replace(THROTTLED, after=timedelta())
        asks(shop, 7)
        shop.until(START + 4 * MINUTE, step=MINUTE)
        shop.questions.failing.clear()
        shop.until(START + 40 * MINUTE, step=MINUTE)
        assert len(shop.questions.got) == 1
        assert operators_heard(shop) == []
        assert shop.index.next_due() is None

    def test_without_a_chat_in_the_settings_operators_hear_that_too(self, shop: Shop) -> None:
        shop.admin_ids = frozenset({ADMIN})
        shop.arrives(ADMIN)
        shop.arrives()
        asks(shop, 7)
        shop.support_chat_id = None
        shop.settles(minutes=10)
        assert len(operators_heard(shop)) == 1
        shop.support_chat_id = SUPERGROUP
        shop.settles(minutes=12)
        assert shop.questions.got == [(SUPERGROUP, 7)]

    def test_a_trouble_after_which_no_question_waits_is_forgotten(self, shop: Shop) -> None:
        shop.admin_ids = frozenset({ADMIN})
        shop.arrives(ADMIN)
        shop.arrives()
        shop.questions.failing[GROUP] = KICKED
        asks(shop, 7)
        shop.settles(minutes=5)
        apply_fact(shop.open(), shop.context, lambda person: Decision(replace(person, questions=())))
        shop.days(2)
        assert len(operators_heard(shop)) == 1
        assert shop.support_chat.load(GROUP).trouble is None
        assert shop.index.next_due() is None


class TestTheGroupBecomesASupergroup:
    """The new id is followed at once and kept for all processes."""

    def test_the_question_goes_to_the_new_group_and_the_old_one_is_not_called_again(self, shop: Shop) -> None:
        shop.arrives()
        shop.questions.moved[GROUP] = SUPERGROUP
        for message_id in (1, 2):
            asks(shop, message_id)
            shop.settles(minutes=2)
        assert shop.questions.got == [(SUPERGROUP, 1), (SUPERGROUP, 2)]
        assert shop.questions.calls == 5, "one that finds the new id, then a copy and its line for each"

    def test_another_chat_in_the_settings_ends_it(self, shop: Shop) -> None:
        shop.arrives()
        shop.questions.moved[GROUP] = SUPERGROUP
        asks(shop, 1)
        shop.settles(minutes=2)
        shop.support_chat_id = 77
        asks(shop, 2)
        shop.settles(minutes=2)
        assert shop.questions.got == [(SUPERGROUP, 1), (77, 2)]

    def test_two_groups_that_name_each_other_end_in_a_pause(self, shop: Shop) -> None:
        shop.arrives()
        shop.questions.moved = {GROUP: SUPERGROUP, SUPERGROUP: GROUP}
        asks(shop, 1)
        shop.settles(minutes=2)
        assert shop.questions.calls <= 6
        shop.questions.moved.clear()
        shop.settles(minutes=12)
        assert [text for _, text in shop.questions.got] == [1]


class TestAQuestionOfAnEarlierRelease:
    """Earlier releases put questions among the notifications."""

    def test_one_that_waits_for_its_next_attempt_holds_back_no_notification(self, shop: Shop) -> None:
        shop.arrives()
        now = shop.clock()
        old = notification(NotificationKind.SUPPORT_QUESTION, "update:1:7", now, text="still there?", person="y")
        later = old.rescheduled(Due(now + timedelta(hours=1), 6))
        word = notification(NotificationKind.RESUMED, "update:1:8", now + timedelta(seconds=1))
        session = shop.open()
        apply_fact(session, shop.context, lambda person: Decision(person.with_notifications(later, word)))
        deliver_notifications(session, shop.people, shop.context, shop.sender)
        assert shop.sender.kinds() == [NotificationKind.RESUMED]
        shop.settles(minutes=65)
        assert shop.sender.kinds() == [NotificationKind.RESUMED]
        assert shop.questions.got == [(GROUP, "still there?")]

    def test_it_is_sent_once_and_holds_back_no_notification(self, shop: Shop) -> None:
        shop.arrives()
        now = shop.clock()
        old = notification(NotificationKind.SUPPORT_QUESTION, "update:1:7", now, text="still there?", person="y")
        word = notification(NotificationKind.RESUMED, "update:1:8", now + timedelta(seconds=1))
        shop.questions.failing[GROUP] = KICKED
        apply_fact(shop.open(), shop.context, lambda person: Decision(person.with_notifications(old, word)))
        shop.settles(minutes=3)
        assert shop.sender.kinds() == [NotificationKind.RESUMED]
        person = shop.look()
        assert (person.outbox, [question.text for question in person.questions]) == ((), ["still there?"])
        shop.questions.failing.clear()
        shop.settles(minutes=12)
        assert shop.questions.got == [(GROUP, "still there?")]
        assert shop.look().questions == ()
