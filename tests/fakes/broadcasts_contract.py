"""The storage contract for broadcasts and their deliveries."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.audience.segment import Segment, SegmentKind
from vpnbot.domain.broadcasts.broadcast import Broadcast, Figures, Kind
from vpnbot.domain.broadcasts.content import Content, LeadsTo, LinkButton, Medium
from vpnbot.domain.broadcasts.delivery import Delivery, Outcome
from vpnbot.domain.broadcasts.progress import Progress
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided, Conflict

DRAFT = Broadcast("260301120000aaaaaa", "an author", made_at=START).with_content("en", Content("Hello"))
FULL = replace(
    DRAFT,
    kind=Kind.SERVICE,
    segment=Segment(SegmentKind.ENDS_SOON, language="ru"),
    contents={"en": Content("<b>Hi</b>", Medium.PHOTO, "a file"), "ru": Content("Привет")},
    buttons=(LinkButton(LeadsTo.PLANS), LinkButton(LeadsTo.PAGE, "https://example.com/a", "Look")),
    figures=Figures(1, 2, 3, 4, 5),
    progress_message=7,
    reason="refused",
)


def entry(number: int) -> Entry:
    """Return the entry of a decision about a broadcast."""
    return Entry(f"act:1:{number}", "changed", START, "admin:1")


class TestBroadcasts:
    """Broadcasts are versioned; each decision is made once."""

    @pytest.mark.parametrize(
        "broadcast", [DRAFT, FULL, DRAFT.started(START), FULL.scheduled(START + timedelta(1), START)]
    )
    def test_a_broadcast_is_read_as_it_was_written(self, shop: Shop, broadcast: Broadcast) -> None:
        stored = shop.staff.broadcasts.save(None, broadcast, entry(1))
        assert stored == replace(broadcast, version=1)
        assert shop.staff.broadcasts.get(broadcast.id) == stored
        assert shop.staff.broadcasts.get("another") is None

    def test_a_decision_is_made_once_and_about_the_stored_version_alone(self, shop: Shop) -> None:
        broadcasts = shop.staff.broadcasts
        first = broadcasts.save(None, DRAFT, entry(1))
        with pytest.raises(AlreadyDecided):
            broadcasts.save(first, first.started(START), entry(1))
        second = broadcasts.save(first, first.started(START), entry(2))
        with pytest.raises(Conflict):
            broadcasts.save(first, first.with_kind(Kind.SERVICE), entry(3))
        assert broadcasts.get(DRAFT.id) == second
        assert [broadcasts.decided(f"act:1:{number}") for number in (1, 2, 3)] == [True, True, False]

    def test_progress_is_read_as_it_was_written_and_is_empty_before(self, shop: Shop) -> None:
        assert shop.staff.broadcasts.progress("b") == Progress()
        progress = Progress(Figures(1, 2, 3, 4, 5), {"0": "ab", "15": "~"}, rounds=2)
        shop.staff.broadcasts.save_progress("b", progress)
        assert shop.staff.broadcasts.progress("b") == progress
        assert not shop.staff.broadcasts.latest()

    def test_the_newest_come_first(self, shop: Shop) -> None:
        for number in range(5):
            shop.staff.broadcasts.save(None, replace(DRAFT, id=f"26030112000{number}aaaaaa"), entry(number))
        first = shop.staff.broadcasts.latest(limit=2)
        second = shop.staff.broadcasts.latest(before=first[-1].id, limit=2)
        assert [each.id[11] for each in (*first, *second)] == ["4", "3", "2", "1"]


class TestDeliveries:
    """A delivery is begun once for each person, and its outcome is written by the slice that began it."""

    def test_only_the_first_begins(self, shop: Shop) -> None:
        first = Delivery("ab", Outcome.TRYING, START, "one")
        assert shop.staff.deliveries.begin("b", first) is None
        assert shop.staff.deliveries.begin("b", replace(first, nonce="two")) == first
        assert shop.staff.deliveries.begin("c", replace(first, nonce="two")) is None

    def test_an_outcome_is_written_once_by_the_slice_that_began(self, shop: Shop) -> None:
        begun = Delivery("ab", Outcome.TRYING, START, "one")
        shop.staff.deliveries.begin("b", begun)
        sent = begun.ended(Outcome.SENT, START + timedelta(seconds=1), message_id=9)
        assert not shop.staff.deliveries.end("b", replace(begun, nonce="two"), sent)
        assert shop.staff.deliveries.end("b", begun, sent)
        assert not shop.staff.deliveries.end("b", begun, begun.ended(Outcome.FAILED, START))
        assert shop.staff.deliveries.get("b", "ab") == sent

    def test_a_delivery_that_was_not_made_is_forgotten_by_its_slice_alone(self, shop: Shop) -> None:
        begun = Delivery("ab", Outcome.TRYING, START, "one")
        shop.staff.deliveries.begin("b", begun)
        shop.staff.deliveries.forget("b", replace(begun, nonce="two"))
        assert shop.staff.deliveries.get("b", "ab") == begun
        shop.staff.deliveries.forget("b", begun)
        assert shop.staff.deliveries.get("b", "ab") is None

    def test_pages_and_counts_have_all_of_them(self, shop: Shop) -> None:
        for number in range(40):
            outcome = Outcome.SENT if number % 4 else Outcome.BLOCKED
            shop.staff.deliveries.begin("b", Delivery(f"{number:032x}", outcome, START))
        assert shop.staff.deliveries.counts("b") == {Outcome.SENT: 30, Outcome.BLOCKED: 10}
        found: list[str] = []
        for shard in range(16):
            last = ""
            while page := shop.staff.deliveries.page("b", shard, after=last, limit=2):
                found += [each.person for each in page]
                last = page[-1].person
        assert sorted(found) == [f"{number:032x}" for number in range(40)]
