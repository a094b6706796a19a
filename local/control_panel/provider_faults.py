"""The part of the control panel's API that orders faults of YooKassa and Crypto Pay; `api.py` describes it.

Each has one name. Most wait for the next call, payment or notification; some are acts that happen at once: forged
notifications, what is done in YooKassa's cabinet, and an invoice that is paid when it is over.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

from local.control_panel.requests import Body
from local.crypto_pay.fake import FakeCryptoPay
from local.crypto_pay.faults import CallFault, NotificationFault
from local.crypto_pay.invoices import Invoice
from local.payment_providers import FakeProviders
from local.yookassa.fake_yookassa import FakeYooKassa
from local.yookassa.faults import Fault, FaultKind
from local.yookassa.forgeries import Forgery
from local.yookassa.objects import Payment
from vpnbot.domain.money import Money
from vpnbot.domain.orders.provider_names import CRYPTO_PAY, YOOKASSA

REFUND_CANCELED = "refund_canceled"
"""A refund that is pending for two days, and then canceled with the reason that is the value."""
_FORGED, _NOTIFICATION = "forged_", "notification_"
_DURATIONS: Mapping[FaultKind, int] = {
    FaultKind.CHARGE_TAKES: 3600,
    FaultKind.REFUND_TAKES: 2 * 86_400,
    FaultKind.RECEIPT_TAKES: 4 * 86_400,
    FaultKind.NOTIFICATION_LATE: 86_400,
}
"""The faults whose value is a duration in seconds, and its default."""
_UNANSWERED_SECONDS = 30
_DEFAULT_REASON = "insufficient_funds"


class ProviderFaults:
    """Orders the faults of the fake providers of one system."""

    def __init__(self, providers: FakeProviders) -> None:
        self._yookassa = providers.yookassa
        self._crypto_pay = providers.crypto_pay
        self._acts: Mapping[str, Mapping[str, Callable[[], Awaitable[None]]]] = {
            YOOKASSA: _yookassa_acts(providers.yookassa),
            CRYPTO_PAY: _crypto_pay_acts(providers.crypto_pay),
        }

    async def order(self, body: Body) -> None:
        """Carry out the body of `POST faults/payments` with a `provider`.

        Raises:
            ValueError: there is no such provider or fault, or it needs another value, or a payment that is missing.
        """
        provider, fault, times = str(body["provider"]), str(body["fault"]), int(body.get("times", 1))
        if provider not in self._acts:
            raise ValueError(f"no such provider: {provider}")
        if act := self._acts[provider].get(fault):
            await act()
        elif provider == YOOKASSA:
            self._yookassa.faults.order(_yookassa_fault(fault, body.get("value"), times, str(body.get("on", ""))))
        else:
            self._crypto_pay.faults.add(_crypto_pay_fault(fault), times, str(body.get("on", "")))

    @property
    def waiting(self) -> dict[str, dict[str, int]]:
        """How often each fault of each provider has still to happen."""
        yookassa: Counter[str] = Counter()
        for fault in self._yookassa.faults.waiting:
            canceled = fault.kind is FaultKind.REFUND_TAKES and fault.reason
            yookassa[REFUND_CANCELED if canceled else fault.kind] += fault.times
        crypto_pay: Counter[str] = Counter()
        for ordered in self._crypto_pay.faults.waiting:
            of_notification = isinstance(ordered.kind, NotificationFault)
            crypto_pay[f"{_NOTIFICATION if of_notification else ''}{ordered.kind}"] += ordered.times
        return {YOOKASSA: dict(yookassa), CRYPTO_PAY: dict(crypto_pay)}

    def clear(self) -> None:
        """Remove all faults that wait."""
        self._yookassa.faults.clear()
        self._crypto_pay.faults.clear()


def fault_names(provider: str) -> list[str]:
    """Return the names of all faults of a provider, in the order of the control panel's list."""
    if provider == YOOKASSA:
        forged = (f"{_FORGED}{forgery}" for forgery in Forgery)
        return [*FaultKind, REFUND_CANCELED, *forged, *_CABINET]
    return [*CallFault, *(f"{_NOTIFICATION}{fault}" for fault in NotificationFault), *_INVOICES]


def _yookassa_fault(name: str, value: object, times: int, on: str) -> Fault:
    if name == REFUND_CANCELED:
        reason = str(value or _DEFAULT_REASON)
        return Fault(FaultKind.REFUND_TAKES, times, on, after=timedelta(days=2), reason=reason)
    kind = FaultKind(name)
    fault = Fault(kind, times, on)
    if kind is FaultKind.DECLINED:
        fault.reason = str(value or _DEFAULT_REASON)
    elif kind is FaultKind.NO_ANSWER:
        fault.seconds = _seconds(name, value, _UNANSWERED_SECONDS)
    elif kind in _DURATIONS:
        fault.after = timedelta(seconds=_seconds(name, value, _DURATIONS[kind]))
    return fault


def _seconds(name: str, value: object, default: int) -> int:
    text = str(default if value is None else value)
    if not text.isdecimal():
        raise ValueError(f"{name} needs a number of seconds")
    return int(text)


def _crypto_pay_fault(name: str) -> CallFault | NotificationFault:
    if name.startswith(_NOTIFICATION):
        return NotificationFault(name.removeprefix(_NOTIFICATION))
    return CallFault(name)


def _yookassa_acts(yookassa: FakeYooKassa) -> Mapping[str, Callable[[], Awaitable[None]]]:
    forged = {f"{_FORGED}{forgery}": partial(_forge, yookassa, forgery) for forgery in Forgery}
    return forged | {name: partial(act, yookassa) for name, act in _CABINET.items()}


async def _forge(yookassa: FakeYooKassa, forgery: Forgery) -> None:
    newest, *others = _newest_first(yookassa)
    other_order = next((each.asked["metadata"]["order"] for each in others), "")
    await yookassa.forge(forgery, newest.id, other_order)


async def _refund_in_cabinet(yookassa: FakeYooKassa, *, part: bool = False, told: bool = True) -> None:
    paid = (payment for payment in _newest_first(yookassa) if payment.state == "succeeded")
    left = next((payment for payment in paid if payment.refunded_minor < payment.money.amount_minor), None)
    if left is None:
        raise ValueError("YooKassa has no payment to refund yet")
    half = Money((left.money.amount_minor - left.refunded_minor) // 2, left.money.currency)
    yookassa.shop.refund_in_cabinet(left.id, half if part and half.amount_minor else None, told=told)
    await yookassa.idle()


async def _forget_method(yookassa: FakeYooKassa) -> None:
    methods = list(yookassa.shop.methods)
    if not methods:
        raise ValueError("YooKassa has no saved method yet")
    yookassa.shop.forget_method(methods[-1])


def _newest_first(yookassa: FakeYooKassa) -> list[Payment]:
    payments = list(yookassa.shop.payments.values())[::-1]
    if not payments:
        raise ValueError("YooKassa has no payment yet")
    return payments


_CABINET: Mapping[str, Callable[[FakeYooKassa], Awaitable[None]]] = {
    "cabinet_refund": _refund_in_cabinet,
    "cabinet_refund_part": partial(_refund_in_cabinet, part=True),
    "cabinet_refund_untold": partial(_refund_in_cabinet, told=False),
    "method_vanishes": _forget_method,
}


def _crypto_pay_acts(crypto_pay: FakeCryptoPay) -> Mapping[str, Callable[[], Awaitable[None]]]:
    return {name: partial(act, crypto_pay) for name, act in _INVOICES.items()}


async def _misreport(crypto_pay: FakeCryptoPay, *, amount: str = "", fiat: str = "") -> None:
    crypto_pay.misreport(_unpaid(crypto_pay).id, amount=amount, fiat=fiat)


async def _pay_when_over(crypto_pay: FakeCryptoPay) -> None:
    await crypto_pay.pay(_unpaid(crypto_pay).id, after_expiry=True)


def _unpaid(crypto_pay: FakeCryptoPay) -> Invoice:
    unpaid = [invoice for invoice in crypto_pay.invoices.all.values() if invoice.paid_at is None]
    if not unpaid:
        raise ValueError("Crypto Pay has no unpaid invoice yet")
    return unpaid[-1]


_INVOICES: Mapping[str, Callable[[FakeCryptoPay], Awaitable[None]]] = {
    "other_amount": partial(_misreport, amount="1.00"),
    "other_currency": partial(_misreport, fiat="USD"),
    "paid_when_over": _pay_when_over,
}
