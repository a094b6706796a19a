"""First contact, and the small things a person decides about themselves."""

import pytest

from tests.fakes.world import USER_ID, World, update
from vpnbot.domain.notifications import NotificationKind
from vpnbot.errors import Conflict, Unreachable
from vpnbot.usecases.people.change_profile import (
    change_language,
    give_opinion,
    join_plans_waitlist,
    mute_reminders,
    reactivate,
)
from vpnbot.usecases.people.ensure_user import ensure_user
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.support.relay_question import relay_answer, relay_question


class TestFirstContact:
    """Whatever it was that they touched."""

    def test_a_stranger_is_known_afterwards_with_language_and_where_they_came_from(self, world: World) -> None:
        assert not world.look().user.known
        person = world.arrives()
        assert person == world.look()
        assert (person.user.chat_id, person.user.language, person.user.came_from) == (USER_ID, "en", "ref_7")
        assert person.user.met_at == world.clock()
        assert world.meter.counts[Metric.FIRST_CONTACTS] == 1

    def test_meeting_again_changes_nothing_and_costs_no_commit(self, world: World) -> None:
        world.arrives()
        commits = world.faults.passed.count("commit.before")
        person = ensure_user(world.open(), world.context, update(), USER_ID, "ru", "ad_1")
        assert person.user.language == "en"
        assert person.user.came_from == "ref_7"
        assert world.faults.passed.count("commit.before") == commits

    def test_message_and_tap_of_a_stranger_at_once_make_one_person(self, world: World) -> None:
        message, tap = world.open(), world.open()
        ensure_user(message, world.context, update(), USER_ID, "en", "ref_7")
        person = ensure_user(tap, world.context, update(), USER_ID, "en", None)
        assert person.user.came_from == "ref_7"

    def test_the_same_first_update_twice_at_once_makes_one_person(self, world: World) -> None:
        deliveries, cause = [world.open(), world.open()], update()
        for session in deliveries:
            assert ensure_user(session, world.context, cause, USER_ID, "en", None).user.known
        assert world.history() == [f"{cause}/meet"]
        assert world.meter.counts[Metric.FIRST_CONTACTS] == 1


class TestSmallDecisions:
    """One tap each."""

    def test_each_is_remembered_with_its_cause(self, world: World) -> None:
        world.arrives()
        causes = [update() for _ in range(4)]
        change_language(world.open(), world.context, causes[0], "ru")
        mute_reminders(world.open(), world.context, causes[1])
        join_plans_waitlist(world.open(), world.context, causes[2])
        give_opinion(world.open(), world.context, causes[3], "good")
        user = world.look().user
        assert (user.language, user.reminders, user.wants_plans, user.opinion) == ("ru", False, True, "good")
        assert sorted(world.history()[1:]) == sorted(causes)

    def test_a_tap_that_changes_nothing_writes_nothing(self, world: World) -> None:
        world.arrives()
        before = world.look()
        change_language(world.open(), world.context, update(), "en")
        assert world.look() == before

    def test_an_old_tap_that_comes_again_does_not_undo_a_newer_one(self, world: World) -> None:
        world.arrives()
        old = update()
        change_language(world.open(), world.context, old, "ru")
        change_language(world.open(), world.context, update(), "en")
        assert change_language(world.open(), world.context, old, "ru").user.language == "en"
        assert world.look().user.language == "en"

    def test_coming_back_without_anything_kept_writes_nothing(self, world: World) -> None:
        world.arrives()
        before = world.look()
        assert reactivate(world.open(), world.context, update()) == before

    def test_coming_back_is_another_decision_than_the_tap_itself(self, world: World) -> None:
        world.arrives()
        world.people.record_reachable(world.look(), reachable=False)
        cause = update()
        reactivate(world.open(), world.context, cause)
        change_language(world.open(), world.context, cause, "ru")
        assert world.look().user.reachable
        assert world.look().user.language == "ru"

    def test_conflicts_are_passed_on_after_three_tries(self, world: World) -> None:
        world.arrives()
        world.faults.at("commit.before", Conflict("1"), Conflict("2"), Conflict("3"))
        with pytest.raises(Conflict):
            change_language(world.open(), world.context, update(), "ru")


class TestQuestionsAndAnswers:
    """Neither is lost."""

    def test_a_question_asked_twice_by_redelivery_is_passed_on_once(self, world: World) -> None:
        world.arrives()
        cause = update()
        for _ in range(2):
            relay_question(world.open(), world.context, cause, "why is it slow?")
        world.settles(minutes=2)
        assert world.messenger.topics() == [NotificationKind.SUPPORT_QUESTION]

    def test_an_answer_waits_for_whoever_blocked_us(self, world: World) -> None:
        world.arrives()
        relay_answer(world.open(), world.context, update(), "try again")
        world.messenger.blocked = Unreachable("blocked")
        world.settles(minutes=2)
        assert [word.kind for word in world.look().outbox] == [NotificationKind.SUPPORT_ANSWER]
        assert world.look().outbox[0].arguments["text"] == "try again"
