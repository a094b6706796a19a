"""The storage contract for links in advertisements."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.clock import START
from tests.fakes.shop import Shop
from vpnbot.domain.ads.link import AdLink, LinkState
from vpnbot.domain.money import Money
from vpnbot.domain.people.ledger import Entry
from vpnbot.errors import AlreadyDecided, Conflict

SIMPLE = AdLink("abcdefgh", "Spring", made_at=START)
FULL = AdLink("bcdefghi", "Весна", Money(500_000, "RUB"), LinkState.PAUSED, "a member", START)


def entry(number: int) -> Entry:
    """Return the entry of a decision about a link."""
    return Entry(f"act:1:{number}", "changed", START, "admin:1")


class TestAdLinks:
    """Links are versioned, each decision is made once, and deleted ones are read but not listed."""

    @pytest.mark.parametrize("link", [SIMPLE, FULL, SIMPLE.deleted()])
    def test_a_link_is_read_as_it_was_written(self, shop: Shop, link: AdLink) -> None:
        stored = shop.links.decide(None, link, entry(1))
        assert stored == replace(link, version=1)
        assert shop.links.get(link.id) == stored
        assert shop.links.get("zzzzzzzz") is None

    def test_a_decision_is_made_once_and_about_the_stored_version_alone(self, shop: Shop) -> None:
        first = shop.links.decide(None, SIMPLE, entry(1))
        with pytest.raises(AlreadyDecided):
            shop.links.decide(first, first.paused(), entry(1))
        second = shop.links.decide(first, first.paused(), entry(2))
        with pytest.raises(Conflict):
            shop.links.decide(first, first.deleted(), entry(3))
        assert shop.links.get(SIMPLE.id) == second
        assert [shop.links.decided(f"act:1:{number}") for number in (1, 2, 3)] == [True, True, False]

    def test_links_are_listed_from_the_newest_on_in_pages_without_deleted_ones(self, shop: Shop) -> None:
        for number in range(6):
            link = AdLink(f"abcdefg{'hijkmn'[number]}", str(number), made_at=START + timedelta(microseconds=number))
            stored = shop.links.decide(None, link, entry(number))
            if number == 4:
                shop.links.decide(stored, stored.deleted(), entry(10))
        newest = shop.links.latest(limit=3)
        assert [link.title for link in newest] == ["5", "3", "2"]
        older = shop.links.latest(before=newest[-1].made_at, limit=3)
        assert [link.title for link in older] == ["1", "0"]
