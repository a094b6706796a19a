"""The list of Star transactions: an entry that cannot be read keeps no other payment from being found."""

from datetime import UTC, datetime, timedelta

import pytest

from vpnbot.localization.messages import Messages
from vpnbot.providers.stars.provider import StarsProvider

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
BUYER = {"type": "user", "user": {"id": 7}, "invoice_payload": "plan"}
WHY = "getStarTransactions: a transaction without id, amount or date"

type Item = object


def paid(number: int) -> dict[str, object]:
    """Return a payment, a second later than the one before."""
    return {"id": f"charge-{number}", "amount": 1, "date": int(NOON.timestamp()) + number, "source": BUYER}


def spoiled(number: int, **wrong: object) -> dict[str, object]:
    """Return a payment of which something cannot be read."""
    return {**paid(number), **(wrong or {"date": None, "amount": number})}


class Telegram:
    """A Bot API that has this list."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.calls = 0

    def __call__(self, method: str, **parameters: object) -> object:
        self.calls += 1
        assert self.calls < 200, "the list never ends"
        offset, limit = parameters["offset"], parameters["limit"]
        assert isinstance(offset, int)
        assert isinstance(limit, int)
        return {"transactions": self.items[offset : offset + limit]}


def provider_of(items: list[Item]) -> StarsProvider:
    """Return the adapter for a list."""
    return StarsProvider(42, Telegram(items), lambda: NOON, Messages())


def read(provider: StarsProvider, begin: datetime = NOON) -> tuple[list[str], list[str]]:
    """Read all pages; return the ids of the payments without repetitions, and what could not be read."""
    found: list[str] = []
    unreadable: list[str] = []
    cursor: str | None = None
    while True:
        page = provider.since(begin, cursor)
        found.extend(report.payment_id for report in page.payments)
        unreadable.extend(page.unreadable)
        cursor = page.following
        if cursor is None:
            return list(dict.fromkeys(found)), unreadable


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": ""},
        {"id": 5},
        {"amount": "1"},
        {"amount": True},
        {"date": None},
        {"date": "yesterday"},
        {"date": -1},
        {"date": 10**18},
        {"date": 253_370_764_799},
    ],
)
def test_an_entry_that_cannot_be_read_is_reported_and_the_others_are_found(wrong: dict[str, object]) -> None:
    items: list[Item] = [paid(0), spoiled(1, **wrong), paid(2)]
    assert read(provider_of(items)) == (["charge-0", "charge-2"], [WHY])


def test_an_entry_that_is_no_object_is_reported() -> None:
    assert read(provider_of([paid(0), "x", None, paid(1)])) == (["charge-0", "charge-1"], [WHY, WHY])


def test_an_unreadable_entry_that_is_no_payment_of_an_invoice_is_left_out() -> None:
    withdrawal = {"amount": 5, "date": None, "receiver": {"type": "fragment"}}
    gift = {"date": None, "source": {"type": "user", "transaction_type": "gift_purchase"}}
    assert read(provider_of([withdrawal, paid(0), gift])) == (["charge-0"], [])


@pytest.mark.parametrize("bad", [{99}, {100}, set(range(90, 110)), set(range(100)), set(range(250)), {0, 199, 349}])
def test_no_payment_is_left_out_wherever_the_unreadable_ones_are(bad: set[int]) -> None:
    items: list[Item] = [spoiled(number) if number in bad else paid(number) for number in range(350)]
    found, unreadable = read(provider_of(items))
    assert found == [f"charge-{number}" for number in range(350) if number not in bad]
    assert set(unreadable) == {WHY}


@pytest.mark.parametrize("bad", [{100}, {200}, set(range(100, 200)), set(range(0, 1_000, 100))])
def test_a_time_is_found_although_pages_begin_with_unreadable_entries(bad: set[int]) -> None:
    items: list[Item] = [spoiled(number) if number in bad else paid(number) for number in range(1_000)]
    found, _ = read(provider_of(items), NOON + timedelta(seconds=150))
    assert found == [f"charge-{number}" for number in range(150, 1_000) if number not in bad]


def test_an_unreadable_entry_before_the_time_is_not_reported_again() -> None:
    items: list[Item] = [paid(0), spoiled(1), paid(2), paid(3), spoiled(4)]
    assert read(provider_of(items), NOON + timedelta(seconds=3)) == (["charge-3"], [WHY])


def test_a_list_that_shrinks_is_read_on_after_an_unreadable_entry() -> None:
    items: list[Item] = [spoiled(number) if number in {98, 99} else paid(number) for number in range(300)]
    provider = provider_of(items)
    page = provider.since(NOON, None)
    found = [report.payment_id for report in page.payments]
    del items[:50]
    while page.following:
        page = provider.since(NOON, page.following)
        found.extend(report.payment_id for report in page.payments)
    assert list(dict.fromkeys(found)) == [f"charge-{number}" for number in range(300) if number not in {98, 99}]


def test_a_subscription_with_an_endless_period_is_a_payment_without_a_date_of_renewal() -> None:
    endless = {**paid(0), "source": {**BUYER, "subscription_period": 253_370_764_799}}
    (report,) = provider_of([endless]).since(NOON).payments
    assert (report.payment_id, report.renews_until) == ("charge-0", None)
