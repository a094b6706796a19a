"""The process ends at any point while the group is tried or chosen, or an outage is decided; Telegram delivers again.

The points are before and after each call to the storage and to Telegram. What is decided is decided once, and what
waits is not lost. Only a message of the bot in the group can come twice: its answer was lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.fakes.faults import Crash
from tests.fakes.shop import Shop
from tests.functional.conversation import situations
from tests.functional.conversation.acting import acts, becomes
from tests.functional.conversation.administrator import ADMIN
from tests.functional.conversation.bot_session import Refusal
from tests.functional.conversation.harness import ChatHarness, ChatUser, Update
from tests.functional.conversation.new_shop import new_shop
from tests.functional.conversation.operators_group import GROUP, OWNER, OperatorsGroup
from tests.functional.conversation.test_compensation_limit import SHORT, previews, sets
from tests.functional.conversation.test_shop_front_in_chat import data_of
from tests.functional.usecases.compensating import days_got, downtimes_of
from tests.functional.usecases.reconciled_servers import with_servers
from vpnbot.domain.people.roles import Role
from vpnbot.domain.servers.downtime import Compensation
from vpnbot.domain.support_chat import ChatTrouble

CUSTOMER, MEMBER = 42, 77
_TEST = "🔔 A test: I can write here."
_QUESTION = "Is anybody there?"
_KICKED = Refusal(403, "Forbidden: bot was kicked from the supergroup chat")


@dataclass(frozen=True)
class Outcome:
    """What is stored after a step and the work that follows from it, and what its actor reads."""

    chat: tuple[object, ...]
    acts: tuple[tuple[str, str, str], ...]
    needs: tuple[tuple[str, str], ...]
    compensations: tuple[tuple[str, bool, Compensation], ...]
    days: int
    told: int
    questions: int
    words: str


@dataclass(frozen=True)
class Step:
    """An update in a prepared shop, whose answer is in this chat."""

    harness: ChatHarness
    update: Update
    chat: int

    @property
    def shop(self) -> Shop:
        """The shop."""
        return self.harness.shop

    def deliver(self) -> None:
        """Deliver the update; the process can end at each call."""
        self.harness.telegram.faults = self.shop.faults
        self.harness.deliver(self.update)

    def outcome(self) -> Outcome:
        """Let what follows be done, and return what is there then."""
        self.harness.telegram.faults = None
        self.harness.passes(minutes=5)
        with self.shop.faults.quiet():
            chat = self.shop.support_chat.load(self.shop.support_chat_id)
            people = self.harness.user("en", CUSTOMER).person.questions
            return Outcome(
                (chat.chat_id, chat.topics, chat.trouble, chat.language),
                tuple((str(act.kind), act.value, act.actor) for act in acts(self.harness)),
                tuple((str(need.kind), need.subject) for need in self.shop.staff.needs.waiting()),
                tuple((each.id, bool(each.asked_by), each.compensation) for each in downtimes_of(self.shop)),
                days_got(self.shop, CUSTOMER),
                self.told,
                len(people),
                self.newest,
            )

    @property
    def told(self) -> int:
        """How often the customer reads that days were given."""
        chat = self.harness.telegram.messages(CUSTOMER)
        return sum("now until" in message.words for message in chat)

    @property
    def newest(self) -> str:
        """The newest words in the chat of the answer, without those of the test."""
        words = [message.words for message in self.harness.telegram.messages(self.chat)]
        return next(each for each in reversed(words) if each not in {_TEST, _QUESTION})

    def count(self, words: str) -> int:
        """Return how often the group has a message with these words."""
        return sum(message.words == words for message in self.harness.telegram.messages(GROUP))


def _tap(user: ChatUser, beginning: str, chat: int = 0) -> Step:
    return Step(user.harness, user.tap(data_of(user, beginning), user.screen.id), chat or user.user_id)


def _group() -> OperatorsGroup:
    group = OperatorsGroup(ChatHarness())
    group.chosen_by()
    return group


def tried() -> Step:
    """Try the group, which takes messages again, while a question waits for it."""
    group = _group()
    harness = group.harness
    user, owner = harness.user("en", CUSTOMER), harness.user("en", OWNER)
    situations.running(user)
    harness.telegram.refuse("createForumTopic", *[_KICKED] * 3)
    group.asks(user, _QUESTION)
    owner.sends("/admin")
    owner.taps("💬 Questions")
    assert harness.shop.support_chat.load(None).trouble is ChatTrouble.NOT_FOUND
    return _tap(owner, "adm:group:try")


def commanded() -> Step:
    """Write `/support_here` in a group."""
    harness = ChatHarness()
    harness.administered_by(OWNER)
    group = OperatorsGroup(harness)
    entity = {"type": "bot_command", "offset": 0, "length": len("/support_here")}
    update = harness.user("en", OWNER).message(text="/support_here", entities=[entity], chat=group.chat)
    return Step(harness, update, GROUP)


def chosen() -> Step:
    """Confirm that the group gets the questions."""
    first = commanded()
    first.harness.deliver(first.update)
    (message,) = first.harness.telegram.messages(GROUP)
    shown = {"message_id": message.id, "date": 1, "chat": OperatorsGroup(first.harness).chat, "text": "…"}
    data = next(str(button.callback_data) for row in message.buttons for button in row)
    return Step(first.harness, first.harness.user("en", OWNER).tap(data, message.id, message=shown), GROUP)


def _above_the_limit() -> ChatUser:
    """Return an administrator who sees the preview of a compensation that only the owner may give."""
    harness = new_shop()
    with_servers(harness.shop, "nl")
    owner, member = harness.user("en", ADMIN), harness.user("en", MEMBER)
    member.sends("/start")
    becomes(harness, member, Role.ADMIN)
    sets(owner, "Days for an outage", "0")
    previews(harness, member, harness.user("en", CUSTOMER), SHORT)
    return member


def asked() -> Step:
    """Ask the owner to give days."""
    return _tap(_above_the_limit(), "adm:down:owner")


def decided() -> Step:
    """Give the days that an administrator has asked for."""
    member = _above_the_limit()
    member.taps("🙋 Ask the owner")
    owner = member.harness.user("en", ADMIN)
    for label in ("Needs you: 1", "🎁 nl", "🎁 Compensate"):
        if label.startswith("Needs"):
            owner.sends("/admin")
        owner.taps(label)
    return _tap(owner, "adm:down:yes")


STEPS: Mapping[str, Callable[[], Step]] = {each.__name__: each for each in (tried, commanded, chosen, asked, decided)}


@pytest.mark.parametrize("name", STEPS)
def test_a_crash_at_any_point_loses_nothing_and_decides_nothing_twice(name: str) -> None:
    whole = STEPS[name]()
    passed = len(whole.shop.faults.passed)
    whole.deliver()
    points = whole.shop.faults.passed[passed:]
    expected = whole.outcome()
    assert len(points) >= 2, "at least before and after the answer"
    for number, point in enumerate(points):
        step = STEPS[name]()
        step.shop.faults.crash_at_step(number)
        with pytest.raises(Crash):
            step.deliver()
        for _ in range(2):
            step.shop.clock.advance(timedelta(seconds=2))  # so that what is written twice has two times
            step.deliver()
        assert step.outcome() == expected, f"after a crash at {point}"
        assert step.count(_QUESTION) == whole.count(_QUESTION), "a question that waits comes once"
        assert step.count(_TEST) <= 3 * whole.count(_TEST), "one for each delivery"


@pytest.mark.parametrize(
    ("name", "among"),
    [
        ("tried", ["rate.after", "sendMessage.before", "sendMessage.after", "chat.save.before", "chat.save.after"]),
        ("commanded", ["sendMessage.before", "sendMessage.after"]),
        ("chosen", ["chat.save.before", "chat.save.after"]),
        ("asked", ["downtimes.decide.before", "downtimes.decide.after"]),
        ("decided", ["downtimes.decide.before", "downtimes.decide.after"]),
    ],
)
def test_the_points_are_where_something_is_at_stake(name: str, among: list[str]) -> None:
    """Otherwise the test above would crash where nothing can be lost."""
    step = STEPS[name]()
    begun = len(step.shop.faults.passed)
    step.deliver()
    passed = step.shop.faults.passed[begun:]
    places = [passed.index(point) for point in among]
    assert places == sorted(places)


def test_the_decisions_are_made() -> None:
    """What each crash is compared with is the whole effect."""
    trial, choice = _done(tried()), _done(chosen())
    assert (trial.chat[2], trial.questions) == (None, 0)
    assert (choice.chat[0], [kind for kind, *_ in choice.acts]) == (GROUP, ["group"])
    question, given = _done(asked()), _done(decided())
    assert [kind for kind, _ in question.needs] == ["compensation"]
    assert (given.needs, given.days, given.told) == ((), 1, 1)


def _done(step: Step) -> Outcome:
    step.deliver()
    return step.outcome()
