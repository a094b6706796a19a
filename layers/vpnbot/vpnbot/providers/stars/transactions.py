"""The list of the bot's Star transactions: where a time begins in it, and what its entries report.

`getStarTransactions` returns the oldest first, skips `offset` entries, and has no filter. A refund has the id of the
payment that it sends back, and a `receiver` instead of a `source` (Bot API, StarTransaction).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from vpnbot.domain.money import STARS, Money
from vpnbot.domain.orders import provider_names
from vpnbot.domain.orders.payload import parse_order_payload
from vpnbot.domain.orders.provider_errors import ProviderUnavailable
from vpnbot.domain.orders.reports import PaymentReport, RefundReport, ReportedState
from vpnbot.providers.stars.calls import Calls

PAGE = 100
"""The largest number of entries of one answer (Bot API, getStarTransactions)."""

OVERLAP = 10
"""How many entries are read again at the beginning of a page, because the list may have changed meanwhile."""

_METHOD = "getStarTransactions"
_YEAR_9999 = 253_370_764_800


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction. `incoming`: the bot received the Stars. `partner`: the other side as Telegram describes it."""

    id: str
    amount: int
    at: datetime
    incoming: bool
    partner: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Identifies the entry in the list: a refund has the id of its payment."""
        return f"{'+' if self.incoming else '-'}{self.id}"

    @property
    def is_invoice(self) -> bool:
        """Whether it is a payment of an invoice, or its refund: not a withdrawal, a gift or anything else."""
        kind = self.partner.get("transaction_type", "invoice_payment")
        return self.partner.get("type") == "user" and kind == "invoice_payment"

    @property
    def payload(self) -> object:
        """The payload of the invoice, if Telegram tells it."""
        return self.partner.get("invoice_payload")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of the last entry that was read."""

    offset: int
    at: datetime
    key: str

    @property
    def text(self) -> str:
        """The cursor as `PaymentProvider.since` returns it."""
        return f"{self.offset}:{int(self.at.timestamp())}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Return the cursor in a text; None if it is none, so that reading begins at a time again."""
        offset, _, rest = text.partition(":")
        seconds, _, key = rest.partition(":")
        if not offset.isdecimal() or not seconds.isdecimal() or int(seconds) > _YEAR_9999 or not key:
            return None
        return cls(int(offset), datetime.fromtimestamp(int(seconds), UTC), key)


class Transactions:
    """The list."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def page(self, begin: datetime, cursor: str | None) -> tuple[Sequence[Entry], str | None]:
        """Return the next entries since a time, and the cursor of the page after them; None after the last page.

        If the list has changed so that the entry of the cursor is not at its place, its time is looked for. Entries
        may then come twice, and none is left out.

        Raises:
            ProviderUnavailable, WrongAccount: as `Calls`.
        """
        begin = begin.replace(microsecond=0)  # the dates of the list are whole seconds
        known = Cursor.parse(cursor) if cursor else None
        if known is not None:
            offset = max(known.offset - OVERLAP, 0)
            read = self._read(offset)
            place = next((place for place, entry in enumerate(read) if entry.key == known.key), None)
            if place is not None:
                return _since(begin, read[place + 1 :]), _following(offset, read)
        offset = self._offset_of(max(begin, known.at) if known else begin)
        read = self._read(offset)
        return _since(begin, read), _following(offset, read)

    def entries(self, begin: datetime) -> Iterator[Entry]:
        """Yield all entries since a time, the oldest first; an entry may come twice.

        Raises:
            ProviderUnavailable, WrongAccount: as `Calls`.
        """
        cursor: str | None = None
        while True:
            entries, cursor = self.page(begin, cursor)
            yield from entries
            if cursor is None:
                return

    def _offset_of(self, begin: datetime) -> int:
        """Return an offset at or before the first entry since a time, found in steps of pages."""
        low, high = 0, 1
        while self._is_before(high, begin):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_before(middle, begin) else (low, middle)
        return max(low * PAGE - OVERLAP, 0)

    def _is_before(self, page: int, moment: datetime) -> bool:
        first = self._read(page * PAGE, limit=1)
        return bool(first) and first[0].at < moment

    def _read(self, offset: int, limit: int = PAGE) -> Sequence[Entry]:
        answer = self._calls(_METHOD, {"offset": offset, "limit": limit})
        listed = answer.get("transactions") if isinstance(answer, Mapping) else None
        if not isinstance(listed, list):
            raise ProviderUnavailable(f"{_METHOD}: no list in the answer", unknown=False)
        return [_entry(item) for item in listed]


def _since(begin: datetime, read: Sequence[Entry]) -> Sequence[Entry]:
    return [entry for entry in read if entry.at >= begin]


def _following(offset: int, read: Sequence[Entry]) -> str | None:
    return Cursor(offset + len(read), read[-1].at, read[-1].key).text if len(read) == PAGE else None


def payment_of(entry: Entry, account: str) -> PaymentReport | None:
    """Return the payment that an entry reports; None if it is something else."""
    if not entry.incoming or not entry.is_invoice:
        return None
    marks, period = parse_order_payload(entry.payload), entry.partner.get("subscription_period")
    user = entry.partner.get("user")
    payer = user.get("id") if isinstance(user, Mapping) else None
    return PaymentReport(
        provider=provider_names.STARS,
        account=account,
        payment_id=entry.id,
        state=ReportedState.SUCCEEDED,
        money=Money(entry.amount, STARS),
        order=marks.order if marks else None,
        person=marks.person if marks else None,
        payer=payer if _is_whole(payer) else None,
        renews_until=entry.at + timedelta(seconds=period) if _is_whole(period) and period < _YEAR_9999 else None,
        made_at=entry.at,
        paid_at=entry.at,
    )


def refund_of(entry: Entry, account: str) -> RefundReport | None:
    """Return the refund that an entry reports; None if it is something else."""
    if entry.incoming or not entry.is_invoice:
        return None
    return RefundReport(
        provider=provider_names.STARS,
        account=account,
        refund_id=entry.id,
        payment_id=entry.id,
        state=ReportedState.SUCCEEDED,
        money=Money(entry.amount, STARS),
        made_at=entry.at,
    )


def _entry(item: object) -> Entry:
    """Read one transaction. An entry that this version cannot read stops the reading, so that no payment is lost.

    Raises:
        ProviderUnavailable: its id, its amount or its date is missing.
    """
    if isinstance(item, Mapping):
        number, amount, date = item.get("id"), item.get("amount"), item.get("date")
        if isinstance(number, str) and number and _is_amount(amount) and _is_whole(date) and date < _YEAR_9999:
            incoming = isinstance(item.get("source"), Mapping)
            partner = item.get("source") if incoming else item.get("receiver")
            known = partner if isinstance(partner, Mapping) else {}
            return Entry(number, amount, datetime.fromtimestamp(date, UTC), incoming, known)
    raise ProviderUnavailable(f"{_METHOD}: a transaction without id, amount or date", unknown=False)


def _is_whole(value: object) -> TypeGuard[int]:
    return _is_amount(value) and value > 0


def _is_amount(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
