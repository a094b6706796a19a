"""A broadcast is delivered to each person once, whatever fails in between."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.fakes.broadcasts import DeliveriesInMemory, RecordingBroadcastSender
from tests.fakes.clock import START
from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory, update
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.broadcasts.broadcast import Broadcast, Kind
from vpnbot.domain.broadcasts.content import Content
from vpnbot.domain.broadcasts.delivery import SETTLED_AFTER, Outcome
from vpnbot.domain.people.person import Person
from vpnbot.errors import MessageRefused, TelegramSilent, TelegramUnavailable, Unreachable
from vpnbot.usecases.broadcasts.deliver_to_person import Delivering, Done, Result, deliver_to_person
from vpnbot.usecases.people.change_profile import switch_news


@dataclass
class Sending:
    """A broadcast that runs in a shop, and slices of it."""

    shop: Shop = field(default_factory=shop_in_memory)
    sender: RecordingBroadcastSender = field(init=False)
    deliveries: DeliveriesInMemory = field(init=False)
    broadcast: Broadcast = field(init=False)
    slices: int = 0

    def __post_init__(self) -> None:
        self.sender = RecordingBroadcastSender(self.shop.faults)
        self.deliveries = DeliveriesInMemory(self.shop.faults)
        self.shop.arrives()
        self.shop.clock.advance(timedelta(minutes=1))
        draft = Broadcast("b", "an author").with_content("en", Content("Hello"))
        self.broadcast = draft.started(self.shop.clock())
        self.shop.clock.advance(timedelta(minutes=1))

    def slice(self) -> Delivering:
        """Return what a new slice delivers with."""
        self.slices += 1
        return Delivering(
            self.broadcast,
            f"slice {self.slices}",
            self.shop.people,
            self.deliveries,
            self.sender,
            self.shop.context,
        )

    def goes(self, work: Delivering | None = None) -> Done:
        """Deliver to the person."""
        return deliver_to_person(self.shop.person_id(), work or self.slice())

    @property
    def outcome(self) -> Outcome | None:
        """What is stored about the person."""
        found = self.deliveries.get("b", self.shop.person_id())
        return None if found is None else found.outcome

    def refuses(self, error: Exception) -> None:
        """Let Telegram answer with an error."""

        def refuse(_: Person) -> None:
            raise error

        self.sender.refuses = refuse


@pytest.fixture
def sending() -> Sending:
    """A running broadcast, and one person."""
    return Sending()


def test_a_person_gets_it_once(sending: Sending) -> None:
    assert sending.goes() == Done(Result.SENT)
    assert sending.goes() == Done(Result.DONE_BEFORE)
    assert len(sending.sender.received) == 1
    found = sending.deliveries.get("b", sending.shop.person_id())
    assert found is not None
    assert (found.outcome, found.message_id) == (Outcome.SENT, 1)


def test_who_came_after_the_start_does_not_belong_to_it(sending: Sending) -> None:
    sending.broadcast = replace(sending.broadcast, started_at=START - timedelta(seconds=1))
    assert sending.goes() == Done(Result.LEFT)
    assert (sending.outcome, sending.sender.received) == (Outcome.LEFT, [])


def test_who_left_the_segment_does_not_get_it(sending: Sending) -> None:
    sending.broadcast = replace(sending.broadcast, segment=Segment(SegmentKind.ACTIVE))
    assert sending.goes() == Done(Result.LEFT)


@pytest.mark.parametrize(("kind", "result"), [(Kind.NEWS, Result.LEFT), (Kind.SERVICE, Result.SENT)])
def test_without_news_only_messages_about_the_service_are_sent(sending: Sending, kind: Kind, result: Result) -> None:
    switch_news(sending.shop.open(), sending.shop.context, update(), wanted=False)
    sending.broadcast = replace(sending.broadcast, kind=kind)
    assert sending.goes() == Done(result)


def test_who_has_blocked_the_bot_is_counted_and_remembered(sending: Sending) -> None:
    sending.refuses(Unreachable("blocked"))
    assert sending.goes() == Done(Result.BLOCKED)
    assert sending.outcome is Outcome.BLOCKED
    assert not sending.shop.look().user.reachable


def test_a_refused_message_is_counted_with_the_words_of_telegram(sending: Sending) -> None:
    sending.refuses(MessageRefused("Bad Request: wrong file identifier"))
    assert sending.goes() == Done(Result.FAILED, "Bad Request: wrong file identifier")
    assert sending.outcome is Outcome.FAILED


def test_after_429_the_person_is_tried_again(sending: Sending) -> None:
    sending.refuses(TelegramUnavailable("wait", after=timedelta(seconds=7)))
    with pytest.raises(TelegramUnavailable):
        sending.goes()
    assert sending.outcome is None
    sending.sender.refuses = lambda person: None
    assert sending.goes() == Done(Result.SENT)


@pytest.mark.parametrize(
    ("kind", "result", "received"), [(Kind.NEWS, Result.UNSURE, 0), (Kind.SERVICE, Result.SENT, 1)]
)
def test_after_a_lost_answer_news_are_not_sent_again_and_words_about_the_service_are(
    sending: Sending, kind: Kind, result: Result, received: int
) -> None:
    sending.broadcast = replace(sending.broadcast, kind=kind)
    sending.refuses(TelegramSilent("no answer"))
    with pytest.raises(TelegramSilent):
        sending.goes()
    sending.sender.refuses = lambda person: None
    sending.shop.clock.advance(SETTLED_AFTER - timedelta(seconds=1))
    assert sending.goes() == Done(Result.LATER)
    sending.shop.clock.advance(timedelta(seconds=1))
    assert sending.goes() == Done(result)
    assert len(sending.sender.received) == received
    assert sending.goes() == Done(Result.DONE_BEFORE)


POINTS = (
    "query",
    "deliveries.begin.before",
    "deliveries.begin.after",
    "telegram.send.before",
    "telegram.send.after",
    "deliveries.end.before",
    "deliveries.end.after",
)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("point", POINTS)
def test_after_a_crash_news_come_at_most_once_and_words_about_the_service_at_least_once(
    sending: Sending, point: str, kind: Kind
) -> None:
    sending.broadcast = replace(sending.broadcast, kind=kind)
    sending.shop.faults.at(point, Crash())
    with pytest.raises(Crash):
        sending.goes()
    sending.shop.clock.advance(SETTLED_AFTER)
    result = sending.goes().result
    received = len(sending.sender.received)
    if kind is Kind.NEWS:
        assert received <= 1
        assert received == 1 or result is Result.UNSURE
    else:
        assert 1 <= received <= 2
    assert sending.outcome in {Outcome.SENT, Outcome.UNSURE}
    assert sending.goes() == Done(Result.DONE_BEFORE)


def test_the_answer_to_the_first_write_may_be_lost_and_the_slice_goes_on(sending: Sending) -> None:
    work = sending.slice()
    sending.shop.faults.at("deliveries.begin.after", Crash())
    with pytest.raises(Crash):
        sending.goes(work)
    assert sending.goes(work) == Done(Result.SENT)


def test_every_result_is_met(sending: Sending) -> None:
    met: dict[Result, Callable[[], object]] = {
        Result.SENT: lambda: None,
        Result.FAILED: lambda: sending.refuses(MessageRefused("x")),
        Result.BLOCKED: lambda: sending.refuses(Unreachable("x")),
    }
    for result, prepare in met.items():
        sending.deliveries.stored.clear()
        prepare()
        assert sending.goes().result is result
