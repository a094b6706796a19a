"""The list of the bot's Star transactions: where a time begins in it, and what its entries report.

`getStarTransactions` returns the oldest first, skips `offset` entries, and has no filter. A refund has the id of the
payment that it sends back, and a `receiver` instead of a `source` (Bot API, StarTransaction).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
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
_LATEST = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())
"""Later dates are malformed; what is added to an earlier one can still be represented."""
_LONGEST_PERIOD = 10 * 365 * 86_400


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
        return _is_invoice(self.partner)

    @property
    def payload(self) -> object:
        """The payload of the invoice, if Telegram tells it."""
        return self.partner.get("invoice_payload")


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """A transaction that this version cannot read. `key` identifies it in the list, as that of an `Entry` does.

    `why` says what is wrong; None: it is no payment of an invoice and no refund of one.
    """

    key: str
    why: str | None


type Listed = Entry | UnreadableEntry


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """Some entries of the list. `following` is the cursor of the next page; None: there is none.

    `unreadable` says what is wrong with each entry that may be a payment or a refund and cannot be read.
    """

    entries: Sequence[Entry]
    following: str | None
    unreadable: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of the last entry that was read; `at` is the last time that could be read until there."""

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
        if not offset.isdecimal() or not seconds.isdecimal() or int(seconds) > _LATEST or not key:
            return None
        return cls(int(offset), datetime.fromtimestamp(int(seconds), UTC), key)


class Transactions:
    """The list."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def page(self, begin: datetime, cursor: str | None) -> TransactionPage:
        """Return the next entries since a time.

        If the list has changed so that the entry of the cursor is not at its place, its time is looked for. Entries
        may then come twice, and none is left out. One that cannot be read does not keep the others from being read.

        Raises:
            ProviderUnavailable, WrongAccount: as `Calls`.
        """
        begin = begin.replace(microsecond=0)  # the dates of the list are whole seconds
        known = Cursor.parse(cursor) if cursor else None
        read_until = max(begin, known.at) if known else begin
        if known is not None:
            offset = max(known.offset - OVERLAP, 0)
            read = self._read(offset)
            place = next((place for place, entry in enumerate(read) if entry.key == known.key), None)
            if place is not None:
                return _page(begin, read[place + 1 :], _following(offset, read, read_until))
        offset = self._offset_of(read_until)
        read = self._read(offset)
        return _page(begin, read, _following(offset, read, read_until))

    def entries(self, begin: datetime) -> Iterator[Entry]:
        """Yield all entries since a time that can be read, the oldest first; an entry may come twice.

        Raises:
            ProviderUnavailable, WrongAccount: as `Calls`.
        """
        cursor: str | None = None
        while True:
            page = self.page(begin, cursor)
            yield from page.entries
            cursor = page.following
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
        """Tell whether a page begins before a time; no if nothing of it can be read, so that no entry is left out."""
        read = self._read(page * PAGE, limit=1)
        if read and not _readable(read):
            read = self._read(page * PAGE)
        return next((entry.at < moment for entry in _readable(read)), False)

    def _read(self, offset: int, limit: int = PAGE) -> Sequence[Listed]:
        answer = self._calls(_METHOD, {"offset": offset, "limit": limit})
        listed = answer.get("transactions") if isinstance(answer, Mapping) else None
        if not isinstance(listed, list):
            raise ProviderUnavailable(f"{_METHOD}: no list in the answer", unknown=False)
        return [_entry(item) for item in listed]


def _readable(read: Sequence[Listed]) -> list[Entry]:
    return [entry for entry in read if isinstance(entry, Entry)]


def _page(begin: datetime, read: Sequence[Listed], following: str | None) -> TransactionPage:
    """Return the entries since a time; one that cannot be read is older if an older one follows it."""
    earlier = (place for place, entry in enumerate(read) if isinstance(entry, Entry) and entry.at < begin)
    since = read[max(earlier, default=-1) + 1 :]
    unreadable = [entry.why for entry in since if isinstance(entry, UnreadableEntry) and entry.why]
    return TransactionPage([entry for entry in _readable(read) if entry.at >= begin], following, unreadable)


def _following(offset: int, read: Sequence[Listed], read_until: datetime) -> str | None:
    if len(read) < PAGE:
        return None
    known = _readable(read)
    return Cursor(offset + len(read), known[-1].at if known else read_until, read[-1].key).text


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
        renews_until=_end_of(entry.at, period),
        made_at=entry.at,
        paid_at=entry.at,
    )


def _end_of(begin: datetime, period: object) -> datetime | None:
    """Return the end of a period in seconds; None if it is none."""
    return begin + timedelta(seconds=period) if _is_whole(period) and period <= _LONGEST_PERIOD else None


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


def _entry(item: object) -> Listed:
    """Read one transaction."""
    found = item if isinstance(item, Mapping) else {}
    number, amount, date = found.get("id"), found.get("amount"), found.get("date")
    incoming = isinstance(found.get("source"), Mapping)
    partner = found.get("source") if incoming else found.get("receiver")
    known = partner if isinstance(partner, Mapping) else {}
    if isinstance(number, str) and number and _is_amount(amount) and _is_whole(date) and date < _LATEST:
        return Entry(number, amount, datetime.fromtimestamp(date, UTC), incoming, known)
    content = json.dumps(item, sort_keys=True, default=str).encode()
    may_be_ours = not known or _is_invoice(known)
    why = f"{_METHOD}: a transaction without id, amount or date" if may_be_ours else None
    return UnreadableEntry(f"?{sha256(content).hexdigest()[:16]}", why)


def _is_invoice(partner: Mapping[str, object]) -> bool:
    kind = partner.get("transaction_type", "invoice_payment")
    return partner.get("type") == "user" and kind == "invoice_payment"


def _is_whole(value: object) -> TypeGuard[int]:
    return _is_amount(value) and value > 0


def _is_amount(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
