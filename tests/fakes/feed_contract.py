"""The storage contract for the feed of what has happened."""

from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.effects import Put
from vpnbot.domain.feed import FEED, EventKind, feed_time
from vpnbot.domain.money import Money


class TestFeed:
    """Decisions write the feed; it is read from its end."""

    def test_the_newest_events_come_first_and_pages_follow_each_other(self, shop: Shop) -> None:
        for user_id in range(1, 6):
            shop.arrives(user_id)
            shop.clock.advance(timedelta(minutes=1))
        first = shop.staff.feed.latest(limit=2)
        second = shop.staff.feed.latest(limit=2, before=first[-1].key)
        assert [event.person for event in (*first, *second)] == [shop.person_id(number) for number in (5, 4, 3, 2)]
        assert {event.kind for event in first} == {EventKind.MET}
        assert first[0].at == START + timedelta(minutes=4)

    def test_events_since_a_time_include_that_time(self, shop: Shop) -> None:
        shop.arrives(1)
        shop.clock.advance(timedelta(minutes=1))
        since = shop.clock()
        shop.arrives(2)
        assert [event.person for event in shop.staff.feed.latest(since=since)] == [shop.person_id(2)]

    def test_a_money_event_is_read_as_it_was_written_and_a_later_kind_is_left_out(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        body = {
            "kind": "sale",
            "person": "p",
            "order": "o",
            "titles": {"en": "Standard"},
            "seconds": 60,
            "provider": "card",
        }
        sale = body | {"minor": 29_900, "currency": "RUB", "renewal": True}
        rows = [
            Put(FEED, f"{feed_time(START)}#sale#p#0", sale, at=START),
            Put(FEED, f"{feed_time(START)}#tea#p#0", {"kind": "tea"}, at=START),
        ]
        session.commit(session.person, entry("update:1:2"), effects=rows)
        (event,) = shop.staff.feed.latest()
        assert (event.kind, event.money, event.titles, event.seconds) == (
            EventKind.SALE,
            Money(29_900, "RUB"),
            {"en": "Standard"},
            60,
        )
        assert (event.order, event.provider, event.renewal, event.at) == ("o", "card", True, START)
