"""What costs others something can be done so often; then the person reads when it is possible again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.panel import FaultMode
from tests.functional.conversation import situations
from tests.functional.conversation.harness import OPERATORS, ChatHarness, ChatUser
from vpnbot.domain.people.limits import LIMITS, MOST_RETIRING_KEYS, MOST_TAPPED_ATTEMPTS, LimitedAct

type Act = Callable[[ChatUser], None]


def asked(harness: ChatHarness) -> list[str]:
    """Return the messages in the operators' chat, without the lines that name who asked."""
    return [message.words for message in harness.telegram.messages(OPERATORS) if "#id_" not in message.words]


def taps(data: str) -> Act:
    """Return an act that is one tap."""
    return lambda user: (user.harness.deliver(user.tap(data, user.screen.id)), None)[1]


def asks(user: ChatUser) -> None:
    """Send a question."""
    taps("support")(user)
    user.sends("Hello?")


def rotates(user: ChatUser) -> None:
    """Replace the link."""
    key = user.person.subscription.key
    assert key is not None
    taps(f"rotate:{key.tag}")(user)


def changes_language(user: ChatUser) -> None:
    """Change the language to Russian, or back to English: an odd number of changes ends in Russian."""
    taps("lang:ru" if user.person.user.language == "en" else "lang:en")(user)


def deletes_and_returns(user: ChatUser) -> None:
    """Delete everything, and come back."""
    taps("delete_all")(user)
    if not user.person.user.known:
        user.sends("/start")


ACTS: dict[LimitedAct, tuple[Act, str]] = {
    LimitedAct.QUESTION: (asks, "please send it again in 1 h."),
    LimitedAct.NEW_LINK: (rotates, "The next one is possible in 1 d;"),
    LimitedAct.EXPORT: (taps("download"), "You can get them again in 1 h."),
    LimitedAct.CHECK: (taps("check"), "The next check is possible in 10 min."),
    LimitedAct.SETTING: (changes_language, "It can be changed again in 1 h."),
    LimitedAct.DELETION: (deletes_and_returns, "They can be deleted again in 1 d."),
}


@pytest.mark.parametrize("act", ACTS)
def test_at_the_limit_the_person_reads_when_it_is_possible_again_and_then_it_is(
    user: ChatUser, act: LimitedAct
) -> None:
    do, words = ACTS[act]
    situations.running(user)
    for _ in range(LIMITS[act].times):
        do(user)
        assert words not in user.screen.words
    do(user)
    user.sees(words)
    assert user.screen.labels[-1] == ["🏠 Home"]
    assert len(user.person.user.acts[act]) == LIMITS[act].times
    user.harness.passes(hours=LIMITS[act].within / timedelta(hours=1))
    do(user)
    assert words not in user.screen.words
    assert not user.harness.quarantine.updates


def test_in_russian_the_person_reads_it_in_russian(harness: ChatHarness) -> None:
    user = harness.user("ru")
    situations.running(user)
    for _ in range(LIMITS[LimitedAct.CHECK].times + 1):
        taps("check")(user)
    user.sees("Следующая проверка будет доступна через 10 мин.")


class TestQuestions:
    def test_forty_questions_in_eight_seconds_are_ten_messages_and_the_others_are_said_not_to_be_sent(
        self, user: ChatUser
    ) -> None:
        situations.running(user)
        taps("support")(user)
        for number in range(40):
            user.sends(f"question {number}")
            user.harness.shop.clock.advance(timedelta(seconds=0.2))
            if number < LIMITS[LimitedAct.QUESTION].times:
                user.sees("✅ Sent.")
            else:
                user.sees("This one has not been passed on: please send it again in")
        user.harness.passes(minutes=3)
        assert len(asked(user.harness)) == LIMITS[LimitedAct.QUESTION].times
        assert all(f"question {number}" in words for number, words in enumerate(asked(user.harness)))

    def test_several_short_messages_and_an_album_follow_one_tap(self, user: ChatUser) -> None:
        situations.running(user)
        taps("support")(user)
        for text in ("Hello", "it does not work", "since yesterday"):
            user.sends(text)
            user.sees("✅ Sent.")
        user.sends_a("photo", [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}])
        user.sees("✅ Sent.")
        assert len(asked(user.harness)) == 4

    def test_an_operators_answer_begins_the_count_again(self, user: ChatUser) -> None:
        situations.running(user)
        for _ in range(LIMITS[LimitedAct.QUESTION].times):
            asks(user)
        operator, chat = user.harness.user("en", 900), {"id": OPERATORS, "type": "supergroup", "title": "O"}
        user.harness.passes(minutes=2)
        user.harness.administered_by(900)
        line = user.harness.telegram.messages(OPERATORS)[-1].words
        original = {"message_id": 5, "date": 1, "chat": chat, "text": line}
        user.harness.deliver(operator.message(chat=chat, text="Try now", reply_to_message=original))
        asks(user)
        user.sees("✅ Sent.")

    def test_a_refused_question_that_is_delivered_again_is_not_said_to_be_sent(self, user: ChatUser) -> None:
        situations.running(user)
        for _ in range(LIMITS[LimitedAct.QUESTION].times + 1):
            asks(user)
        user.harness.again()
        assert "Sent" not in user.screen.words
        user.harness.passes(minutes=2)
        assert len(asked(user.harness)) == LIMITS[LimitedAct.QUESTION].times

    def test_the_last_allowed_question_that_is_delivered_again_counts_once(self, user: ChatUser) -> None:
        situations.running(user)
        for _ in range(LIMITS[LimitedAct.QUESTION].times):
            asks(user)
        user.harness.again()
        user.sees("✅ Sent.")
        user.harness.passes(minutes=2)
        assert len(asked(user.harness)) == LIMITS[LimitedAct.QUESTION].times


class TestLinks:
    def test_twenty_five_new_links_leave_only_the_keys_of_the_last_one(self, user: ChatUser) -> None:
        situations.running(user)
        keys, panel = len(user.person.accesses), user.harness.shop.panel
        for _ in range(25):
            rotates(user)
            user.harness.shop.clock.advance(timedelta(seconds=1))
        user.harness.passes(minutes=5)
        assert len(user.person.accesses) == len(panel.held) == keys
        assert user.person.subscription.key is not None
        assert user.person.subscription.key.generation <= 1 + LIMITS[LimitedAct.NEW_LINK].times

    def test_while_panels_do_not_answer_the_keys_of_a_person_are_bounded_for_days(self, user: ChatUser) -> None:
        situations.running(user)
        keys, shop = len(user.person.accesses), user.harness.shop
        shop.panel.fault_mode = FaultMode.DOWN
        for _ in range(60):
            rotates(user)
            shop.clock.advance(timedelta(hours=5))
        assert len(user.person.accesses) <= MOST_RETIRING_KEYS + keys
        user.sees("Keys of your earlier links are still being removed.")


def test_taps_of_a_person_who_waits_call_a_panel_that_fails_a_few_times_only(user: ChatUser) -> None:
    situations.making_key(user)
    for _ in range(30):
        taps("refresh")(user)
        taps("try")(user)
    attempts = [access.due.attempts for access in user.person.accesses if access.due]
    assert attempts
    assert max(attempts) <= MOST_TAPPED_ATTEMPTS
