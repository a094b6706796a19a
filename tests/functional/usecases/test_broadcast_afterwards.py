"""What was sent is corrected, sent again where it may not have arrived, or deleted, whatever point it crashes at."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.fakes.broadcasts import DeliveriesInMemory
from tests.fakes.faults import Crash
from tests.fakes.shop import Shop, shop_in_memory
from tests.functional.usecases.test_run_broadcast import (
    PEOPLE,
    decides,
    now,
    outcomes,
    received,
    running,
)
from vpnbot.domain.broadcasts.afterwards import can_be_sent_again, corrected, sent_again
from vpnbot.domain.broadcasts.broadcast import Broadcast, Figures, IllegalStep, Kind, State
from vpnbot.domain.broadcasts.content import CAPTION_LIMIT, BadContent, Content, Medium
from vpnbot.domain.broadcasts.delivery import Delivery, Outcome
from vpnbot.domain.people.person import Person
from vpnbot.errors import TelegramSilent, TelegramUnavailable, Unreachable

NEW = "Hello again"


@pytest.fixture
def shop() -> Shop:
    """An empty shop."""
    return shop_in_memory()


def corrects(shop: Shop, text: str = NEW) -> Broadcast:
    """Let a member of the staff correct the text."""
    return decides(shop, corrected(now(shop), "en", Content(text), shop.clock()))


def texts(shop: Shop) -> Counter[str]:
    """Return how many messages in the chats have each text."""
    return Counter(shop.broadcast_sender.texts[message] for message in shop.broadcast_sender.received)


def deliveries(shop: Shop) -> list[Delivery]:
    """Return all deliveries."""
    assert isinstance(shop.staff.deliveries, DeliveriesInMemory)
    return list(shop.staff.deliveries.stored.values())


def test_what_was_sent_is_edited_and_the_rest_is_sent_with_the_new_text(shop: Shop) -> None:
    running(shop, people=100)
    seen: list[str] = []

    def corrects_meanwhile(person: Person) -> None:
        seen.append(person.id)
        if len(seen) == 30:
            corrects(shop)

    shop.broadcast_sender.refuses = corrects_meanwhile
    shop.settles(minutes=6)
    assert now(shop).state is State.DONE
    assert not now(shop).correcting
    assert now(shop).figures == Figures(sent=100)
    edits = shop.faults.passed.count("telegram.edit.before")
    assert 30 <= edits <= 30 + 20 + 4, "sent within a second after the correction, and the calls in flight"
    assert texts(shop) == {NEW: 100}
    assert max(received(shop).values()) == 1
    assert {each.text_of for each in deliveries(shop)} == {now(shop).corrected_at}


def test_a_file_is_replaced_for_all_also_if_a_later_correction_of_the_text_overtakes_it(shop: Shop) -> None:
    """The messages that the first correction did not reach get the new file with the second one."""
    running(shop, people=100)
    shop.settles(minutes=6)
    picture = Content("Look", Medium.PHOTO, "new-file")
    decides(shop, corrected(now(shop), "en", picture, shop.clock()))
    edited: list[str] = []
    correct = shop.broadcast_sender.correct

    def corrects_again(broadcast: Broadcast, person: Person, message_id: int) -> bool:
        edited.append(person.id)
        if len(edited) == 30:
            corrects(shop)
        return correct(broadcast, person, message_id)

    shop.broadcast_sender.correct = corrects_again  # type: ignore[method-assign]  # corrects in the middle
    shop.settles(minutes=6)
    assert texts(shop) == {NEW: 100}
    assert Counter(shop.broadcast_sender.files.values()) == {"new-file": 100}
    assert now(shop).contents["en"] == Content(NEW, Medium.PHOTO, "new-file", replaced=True)


def test_a_correction_that_telegram_would_refuse_is_none(shop: Shop) -> None:
    running(shop)
    shop.settles(minutes=3)
    decides(shop, corrected(now(shop), "en", Content("Look", Medium.VIDEO, "file"), shop.clock()))
    with pytest.raises(BadContent):
        corrected(now(shop), "en", Content("x" * (CAPTION_LIMIT + 1)), shop.clock())


def test_a_finished_broadcast_is_corrected_twice_in_the_order_of_sending(shop: Shop) -> None:
    running(shop)
    shop.settles(minutes=3)
    order = [person for person, _ in shop.broadcast_sender.received]
    corrects(shop, "first")
    corrects(shop)
    before = len(shop.faults.passed)
    edited: list[str] = []
    correct = shop.broadcast_sender.correct

    def records(broadcast: Broadcast, person: Person, message_id: int) -> bool:
        edited.append(person.id)
        return correct(broadcast, person, message_id)

    shop.broadcast_sender.correct = records  # type: ignore[method-assign]  # records the order
    shop.settles(minutes=3)
    assert edited == order
    assert texts(shop) == {NEW: PEOPLE}
    assert (now(shop).state, now(shop).due) == (State.DONE, None)
    assert "telegram.send.before" not in shop.faults.passed[before:]
    shop.settles(minutes=3)
    assert len(edited) == PEOPLE


def test_a_correction_goes_on_through_a_pause_and_the_rest_waits(shop: Shop) -> None:
    running(shop, people=100)
    seen: list[str] = []

    def pauses(person: Person) -> None:
        seen.append(person.id)
        if len(seen) == 30:
            corrects(shop)
            decides(shop, now(shop).paused())

    shop.broadcast_sender.refuses = pauses
    shop.settles(minutes=6)
    assert (now(shop).state, now(shop).correcting, now(shop).due) == (State.PAUSED, False, None)
    assert set(texts(shop)) == {NEW}
    assert len(received(shop)) < 100
    decides(shop, now(shop).resumed(shop.clock()))
    shop.settles(minutes=6)
    assert texts(shop) == {NEW: 100}


def test_who_has_blocked_the_bot_since_does_not_stop_a_correction(shop: Shop) -> None:
    running(shop)
    shop.settles(minutes=3)
    blocked = shop.person_id(1004)
    correct = shop.broadcast_sender.correct

    def refuses(broadcast: Broadcast, person: Person, message_id: int) -> bool:
        if person.id == blocked:
            raise Unreachable("blocked")
        return correct(broadcast, person, message_id)

    shop.broadcast_sender.correct = refuses  # type: ignore[method-assign]  # one chat refuses
    corrects(shop)
    shop.settles(minutes=3)
    assert not now(shop).correcting
    assert texts(shop) == {NEW: PEOPLE - 1, "Hello": 1}


def test_a_message_that_was_on_its_way_is_corrected_when_it_has_arrived(shop: Shop) -> None:
    running(shop)
    shop.settles(minutes=3)
    delivery = next(each for each in deliveries(shop) if each.person == shop.person_id(1005))
    store = shop.staff.deliveries
    on_its_way = replace(delivery, outcome=Outcome.TRYING, at=shop.clock(), message_id=None)
    assert store.end(now(shop).id, delivery, on_its_way)
    corrects(shop)
    shop.settles(minutes=1)
    assert now(shop).correcting
    assert store.end(now(shop).id, on_its_way, delivery)
    shop.settles(minutes=4)
    assert not now(shop).correcting
    assert texts(shop) == {NEW: PEOPLE}


def silent_for(shop: Shop, *numbers: int) -> None:
    """Let the message reach these people without an answer, the first time."""
    people = {shop.person_id(number) for number in numbers}
    send = shop.broadcast_sender.send

    def loses(broadcast: Broadcast, person: Person) -> int:
        message_id = send(broadcast, person)
        if person.id in people:
            people.remove(person.id)
            raise TelegramSilent("no answer")
        return message_id

    shop.broadcast_sender.send = loses  # type: ignore[method-assign]  # loses the answers to some calls


def test_the_unsure_are_sent_it_again_once_on_request_alone(shop: Shop) -> None:
    running(shop)
    silent_for(shop, 1003, 1007)
    shop.settles(minutes=12)
    assert now(shop).figures == Figures(sent=PEOPLE - 2, unsure=2)
    assert can_be_sent_again(now(shop))
    decides(shop, sent_again(now(shop), shop.clock()))
    shop.settles(minutes=5)
    twice = {shop.person_id(1003), shop.person_id(1007)}
    assert {person for person, count in received(shop).items() if count == 2} == twice
    assert (now(shop).state, now(shop).figures) == (State.DONE, Figures(sent=PEOPLE))
    with pytest.raises(IllegalStep):
        sent_again(now(shop), shop.clock())


def test_after_429_an_unsure_person_is_sent_it_again_later(shop: Shop) -> None:
    running(shop)
    silent_for(shop, 1003)
    shop.settles(minutes=12)
    waits = iter((400, 1))

    def asks_to_wait(_: Person) -> None:
        if seconds := next(waits, None):
            raise TelegramUnavailable("wait", after=timedelta(seconds=seconds))

    shop.broadcast_sender.refuses = asks_to_wait
    decides(shop, sent_again(now(shop), shop.clock()))
    shop.settles(minutes=20)
    assert received(shop)[shop.person_id(1003)] == 2
    assert now(shop).figures == Figures(sent=PEOPLE)


def test_what_was_sent_is_deleted_in_the_order_of_sending_and_the_rest_is_counted(shop: Shop) -> None:
    running(shop)
    silent_for(shop, 1003)
    shop.settles(minutes=12)
    order = [person for person, _ in shop.broadcast_sender.received if person != shop.person_id(1003)]
    old = shop.staff.deliveries.get(now(shop).id, order[-1])
    assert old is not None
    shop.staff.deliveries.end(now(shop).id, old, replace(old, at=old.at - timedelta(hours=49)))
    decides(shop, now(shop).deletion_begun(shop.clock()))
    shop.settles(minutes=3)
    assert shop.broadcast_sender.deleted == order[:-1]
    found = now(shop).figures
    assert (found.deleted, found.stays, found.unsure) == (PEOPLE - 2, 1, 1)
    assert outcomes(shop)[Outcome.UNSURE] == 1


def test_the_progress_is_shown_every_five_seconds_and_no_more_often(shop: Shop) -> None:
    running(shop, people=400)
    times: list[timedelta] = []
    report = shop.broadcast_sender.report

    def records(broadcast: Broadcast, author: Person, now: datetime) -> None:
        times.append(shop.pace.elapsed())
        report(broadcast, author, now)

    shop.broadcast_sender.report = records  # type: ignore[method-assign]  # records the times
    shop.settles(minutes=3)
    shown = [each.figures.done for each in shop.broadcast_sender.reported]
    assert shown == sorted(shown)
    assert len(shown) >= 4, "400 people take 20 seconds"
    gaps = [later - earlier for earlier, later in pairwise(times[:-1])]
    assert min(gaps) >= timedelta(seconds=5)


def unsure(shop: Shop) -> None:
    """Let one of three people be unsure."""
    running(shop, people=3)
    silent_for(shop, 1001)
    shop.settles(minutes=12)
    decides(shop, sent_again(now(shop), shop.clock()))


def correcting(shop: Shop) -> None:
    """Correct what three people have."""
    running(shop, people=3)
    shop.settles(minutes=5)
    corrects(shop)


def replacing_the_file(shop: Shop) -> None:
    """Replace the file of what three people have."""
    running(shop, people=3)
    shop.settles(minutes=5)
    decides(shop, corrected(now(shop), "en", Content(NEW, Medium.DOCUMENT, "new-file"), shop.clock()))


def deleting(shop: Shop) -> None:
    """Delete what three people have."""
    running(shop, people=3)
    shop.settles(minutes=5)
    decides(shop, now(shop).deletion_begun(shop.clock()))


def all_have_the_new_text(shop: Shop) -> None:
    """Check a correction."""
    assert (now(shop).state, now(shop).correcting, now(shop).due) == (State.DONE, False, None)
    assert texts(shop) == {NEW: 3}
    assert max(received(shop).values()) == 1


def all_have_the_new_file(shop: Shop) -> None:
    """Check a correction of the file."""
    all_have_the_new_text(shop)
    assert Counter(shop.broadcast_sender.files.values()) == {"new-file": 3}


def nobody_has_it(shop: Shop) -> None:
    """Check a deletion."""
    assert now(shop).state is State.DELETED
    assert received(shop) == Counter()
    assert now(shop).figures.deleted == 3


def at_most_once_more(shop: Shop) -> None:
    """Check that the unsure person got it once more at most, and is counted."""
    assert now(shop).state is State.DONE
    again = received(shop)[shop.person_id(1001)]
    figures = now(shop).figures
    assert figures.sent + figures.unsure == 3
    assert again in ({2} if figures.unsure == 0 else {1, 2})
    assert received(shop)[shop.person_id(1000)] == received(shop)[shop.person_id(1002)] == 1


@pytest.mark.parametrize(
    ("begun", "holds"),
    [
        (correcting, all_have_the_new_text),
        (replacing_the_file, all_have_the_new_file),
        (deleting, nobody_has_it),
        (unsure, at_most_once_more),
    ],
)
def test_after_a_crash_at_any_point_it_is_done_all_the_same(
    begun: Callable[[Shop], None], holds: Callable[[Shop], None]
) -> None:
    whole = shop_in_memory()
    begun(whole)
    before = len(whole.faults.passed)
    whole.settles(minutes=12)
    steps, crashes = len(whole.faults.passed) - before, 0
    for step in range(steps):
        shop = shop_in_memory()
        begun(shop)
        shop.faults.crash_at_step(step)
        for _ in range(2):
            try:
                shop.settles(minutes=12)
            except Crash:
                crashes += 1
                shop.queue.claims.clear()
        holds(shop)
    assert crashes > 8


def test_a_message_about_the_service_has_no_unsure_to_send_to(shop: Shop) -> None:
    running(shop, kind=Kind.SERVICE)
    silent_for(shop, 1003)
    shop.settles(minutes=12)
    assert now(shop).figures == Figures(sent=PEOPLE)
    assert not can_be_sent_again(now(shop))
