"""First contact, changes of the profile, and questions to support."""

import pytest

from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.errors import Conflict, Unreachable
from vpnbot.usecases.people.change_profile import (
    change_language,
    give_opinion,
    join_plans_waitlist,
    reactivate,
    switch_reminders,
)
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.support.relay_question import answer_in_words, relay_question


class TestFirstContact:
    """The first update of a person, of any kind, makes one profile."""

    def test_the_first_contact_stores_chat_language_and_referral(self, shop: Shop) -> None:
        assert not shop.look().user.known
        person = shop.arrives()
        assert person == shop.look()
        assert (person.user.chat_id, person.user.language, person.user.came_from) == (USER_ID, "en", "ref_7")
        assert person.user.met_at == shop.clock()
        assert shop.meter.counts[Metric.FIRST_CONTACTS] == 1

    def test_a_later_contact_changes_nothing_and_costs_no_commit(self, shop: Shop) -> None:
        shop.arrives()
        commits = shop.faults.passed.count("commit.before")
        person = ensure_user(shop.open(), shop.context, update(), USER_ID, "ru", "ad_1")
        assert person.user.language == "en"
        assert person.user.came_from == "ref_7"
        assert shop.faults.passed.count("commit.before") == commits

    def test_a_first_message_and_a_first_tap_at_the_same_time_make_one_profile(self, shop: Shop) -> None:
        message, tap = shop.open(), shop.open()
        ensure_user(message, shop.context, update(), USER_ID, "en", "ref_7")
        person = ensure_user(tap, shop.context, update(), USER_ID, "en", None)
        assert person.user.came_from == "ref_7"

    def test_the_first_update_delivered_twice_at_the_same_time_makes_one_profile(self, shop: Shop) -> None:
        sessions, cause = [shop.open(), shop.open()], update()
        for session in sessions:
            assert ensure_user(session, shop.context, cause, USER_ID, "en", None).user.known
        assert shop.history() == [f"{cause}/meet"]
        assert shop.meter.counts[Metric.FIRST_CONTACTS] == 1


class TestChangesOfTheProfile:
    """Each is one tap."""

    def test_each_change_is_stored_with_its_cause(self, shop: Shop) -> None:
        shop.arrives()
        causes = [update() for _ in range(4)]
        change_language(shop.open(), shop.context, causes[0], "ru")
        switch_reminders(shop.open(), shop.context, causes[1], wanted=False)
        join_plans_waitlist(shop.open(), shop.context, causes[2])
        give_opinion(shop.open(), shop.context, causes[3], "good")
        user = shop.look().user
        assert (user.language, user.reminders, user.wants_plans, user.opinion) == ("ru", False, True, "good")
        assert sorted(shop.history()[1:]) == sorted(causes)

    def test_a_tap_that_changes_nothing_writes_nothing(self, shop: Shop) -> None:
        shop.arrives()
        before = shop.look()
        change_language(shop.open(), shop.context, update(), "en")
        assert shop.look() == before

    def test_a_redelivered_old_tap_does_not_undo_a_newer_one(self, shop: Shop) -> None:
        shop.arrives()
        old = update()
        change_language(shop.open(), shop.context, old, "ru")
        change_language(shop.open(), shop.context, update(), "en")
        assert change_language(shop.open(), shop.context, old, "ru").user.language == "en"
        assert shop.look().user.language == "en"

    def test_reactivating_a_reachable_person_writes_nothing(self, shop: Shop) -> None:
        shop.arrives()
        before = shop.look()
        assert reactivate(shop.open(), shop.context, update()) == before

    def test_the_reactivation_has_another_cause_than_the_tap_itself(self, shop: Shop) -> None:
        shop.arrives()
        shop.people.record_reachable(shop.look(), reachable=False)
        cause = update()
        reactivate(shop.open(), shop.context, cause)
        change_language(shop.open(), shop.context, cause, "ru")
        assert shop.look().user.reachable
        assert shop.look().user.language == "ru"

    def test_the_third_conflict_is_raised(self, shop: Shop) -> None:
        shop.arrives()
        shop.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        with pytest.raises(Conflict):
            change_language(shop.open(), shop.context, update(), "ru")


class TestQuestionsAndAnswers:
    """No question to support and no answer is lost or repeated."""

    def test_a_redelivered_question_is_relayed_once(self, shop: Shop) -> None:
        shop.arrives()
        cause = update()
        for _ in range(2):
            relay_question(shop.open(), shop.context, cause, 7)
        shop.settles(minutes=2)
        assert shop.questions.got == [(shop.support_chat_id, 7)]

    def test_an_answer_to_a_person_who_blocked_the_bot_is_kept(self, shop: Shop) -> None:
        shop.arrives()
        answer_in_words(shop.open(), shop.context, update(), "try again")
        shop.sender.blocked = Unreachable("blocked")
        shop.settles(minutes=2)
        assert [notification.kind for notification in shop.look().outbox] == [NotificationKind.SUPPORT_ANSWER]
        assert shop.look().outbox[0].arguments["text"] == "try again"
