"""The storage contract for the rows of what waits for the staff."""

from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.effects import Put
from vpnbot.domain.needs import NEEDS, Need, NeedKind, wanted


class TestNeeds:
    """Commits write and remove the rows; the port lists them."""

    def test_rows_are_listed_as_they_were_written_and_removed_one_by_one(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        later = START + timedelta(minutes=1)
        effects = (
            wanted(NeedKind.REFUND, session.person.id, "an order", START, "a payment"),
            wanted(NeedKind.UNMATCHED, "", "a mark", later),
        )
        session.commit(session.person, entry("update:1:2"), effects=effects)
        refund = Need(NeedKind.REFUND, session.person.id, "an order", START, "a payment")
        unmatched = Need(NeedKind.UNMATCHED, "", "a mark", later)
        assert list(shop.staff.needs.waiting()) == [refund, unmatched]
        assert list(shop.staff.needs.waiting(limit=1)) == [refund]
        shop.staff.needs.remove(refund)
        shop.staff.needs.remove(refund)
        assert list(shop.staff.needs.waiting()) == [unmatched]

    def test_a_row_of_a_later_release_is_left_out(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        later_kind = Put(NEEDS, f"horoscope#{session.person.id}#", {"sign": "aries"}, at=START)
        session.commit(session.person, entry("update:1:2"), effects=(later_kind,))
        assert list(shop.staff.needs.waiting()) == []
