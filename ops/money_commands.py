"""The commands about money: orders, refunds, payments, and the reconciliation with a provider."""

from collections.abc import Iterator
from secrets import token_hex
from typing import Annotated

import typer

from ops.error_exit import exit_on_error
from ops.people import ACTOR, container_of, opened_by
from vpnbot.bootstrap import Container
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.refund import RefundReason
from vpnbot.domain.payments.operator_acts import Act
from vpnbot.errors import Rejected
from vpnbot.usecases.payments.decide_payment import OperatorDecision, decide_payment
from vpnbot.usecases.payments.grant_held import acts_for
from vpnbot.usecases.payments.request_refund import WantedRefund, request_refund
from vpnbot.usecases.payments.return_unmatched import find_payment, return_unmatched
from vpnbot.usecases.ports import Session

orders = typer.Typer(help="Look at orders, and decide about their payments.", no_args_is_help=True)
refunds = typer.Typer(help="Send money back.", no_args_is_help=True)
payments = typer.Typer(help="Find payments, and return those without an order.", no_args_is_help=True)

LISTED = 50
PersonOption = Annotated[str, typer.Argument(metavar="PERSON", help="The Telegram id, or the mark in an alert.")]
OrderOption = Annotated[str, typer.Argument(metavar="ORDER", help="The id of the order.")]
PaymentOption = Annotated[str, typer.Argument(metavar="PAYMENT", help="The provider's id of the payment.")]
ProviderOption = Annotated[str, typer.Argument(metavar="PROVIDER", help="Such as stars or yookassa.")]


@orders.command("list")
def list_orders(context: typer.Context, person: PersonOption) -> None:
    """List the orders of a person, the newest first."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        session = opened_by(container, person)
        found = [*session.person.orders, *container.people.orders(session.person.id, limit=LISTED)]
        for order in sorted(found, key=lambda order: order.id, reverse=True):
            print(_line(order))
        if not found:
            print("No orders.")


@orders.command("show")
def show_order(context: typer.Context, person: PersonOption, order_id: OrderOption) -> None:
    """Show an order, its payments, and what can be decided about them."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        session = opened_by(container, person)
        for line in _lines(container, session, _order(session, order_id)):
            print(line)


@orders.command("decide")
def decide(
    context: typer.Context,
    person: PersonOption,
    order_id: OrderOption,
    payment_id: PaymentOption,
    act: Annotated[Act, typer.Argument(help="What to do, as `orders show` lists it.")],
) -> None:
    """Give time for a payment, send it back, or note that you sent it by hand: what the buttons of an alert do."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        session = opened_by(container, person)
        order = _order(session, order_id)
        possible = acts_for(session.person, order, payment_id, container.payments, container.context)
        chosen = next((each for each in possible if each.act is act), None)
        if chosen is None:
            raise Rejected(f"{act} is not possible: see orders show")
        decision = OperatorDecision(f"operator:money:{token_hex(8)}", ACTOR, order_id, payment_id, chosen)
        done = decide_payment(session, container.fleet, container.payments, container.context, decision)
        if not done:
            raise Rejected(f"{act} was decided meanwhile: see orders show")
        for line in _lines(container, session, _order(session, order_id)):
            print(line)


@refunds.command("list")
def list_refunds(context: typer.Context, person: PersonOption) -> None:
    """List what is on its way back to a person."""
    with exit_on_error(context.obj):
        found = opened_by(container_of(context.obj), person).person.refunds
        for refund in found:
            amount = _text(refund.money)
            print(f"{amount} of payment {refund.payment_id}, order {refund.order_id}: {refund.state} ({refund.why})")
        if not found:
            print("Nothing is on its way back.")


@refunds.command("send")
def send_refund(
    context: typer.Context,
    person: PersonOption,
    order_id: OrderOption,
    payment_id: PaymentOption,
    amount: Annotated[str | None, typer.Option(help="Such as 199.50; without it all that is left.")] = None,
) -> None:
    """Send a payment back, all or a part; due work sends it within a minute."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        session = opened_by(container, person)
        payment = _order(session, order_id).payment(payment_id)
        if payment is None:
            raise Rejected(f"the order has no payment {payment_id}")
        try:
            money = None if amount is None else Money.parse(amount, payment.money.currency)
        except ValueError as error:
            raise Rejected(f"{amount} is no amount in {payment.money.currency}") from error
        wanted = WantedRefund(order_id, payment_id, RefundReason.OPERATOR, ACTOR, money)
        request_refund(session, container.payments, container.context, f"operator:money:{token_hex(8)}", wanted)
        print(f"{_text(money or payment.left)} is on its way back.")


@payments.command("find")
def find(context: typer.Context, provider_name: ProviderOption, payment_id: PaymentOption) -> None:
    """Say to whose order a payment belongs, and what its provider says about it."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        provider = container.payments.providers.get(provider_name)
        owner = container.people.owner_of(provider_name, provider.account, payment_id)
        print("It belongs to no order." if owner is None else f"order {owner.order} of #id_{owner.person}")
        report = find_payment(provider, payment_id, container.clock())
        if report is None:
            print(f"{provider_name} does not list it.")
        else:
            print(f"{provider_name}: {report.state}, {_text(report.money)}{', test' if report.test else ''}")


@payments.command("return")
def return_payment(context: typer.Context, provider_name: ProviderOption, payment_id: PaymentOption) -> None:
    """Send back a payment that belongs to no order; due work sends it within a minute."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        provider = container.payments.providers.get(provider_name)
        cause = f"operator:money:{token_hex(8)}"
        payment = return_unmatched(provider, payment_id, container.payments, container.context, cause, ACTOR)
        print(f"{_text(payment.money)}: {payment.column}")


def reconcile(context: typer.Context, provider_name: ProviderOption) -> None:
    """Compare a provider's list of payments and refunds with what was applied, now; due work does it."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        provider = container.payments.providers.get(provider_name)
        container.payments.reconciliations.make_due(provider.name, container.clock())
        print(f"The reconciliation with {provider.name} begins within a minute.")


def _order(session: Session, order_id: str) -> Order:
    order = session.recall(order_id).order(order_id)
    if order is None:
        raise Rejected(f"this person has no order {order_id}")
    return order


def _line(order: Order) -> str:
    placed = f"{order.placed_at:%Y-%m-%d %H:%M}"
    return f"{order.id}  {placed}  {order.status}  {order.offer.plan.id}  {_text(order.price)}  {order.provider}"


def _lines(container: Container, session: Session, order: Order) -> Iterator[str]:
    yield _line(order)
    for payment in order.payments:
        back = f", {payment.refunded_minor} of it sent back" if payment.refunded_minor else ""
        yield f"  payment {payment.id}: {payment.state}, {_text(payment.money)}{back}"
        for each in acts_for(session.person, order, payment.id, container.payments, container.context):
            yield f"    {each.act} {each.value}".rstrip()


def _text(money: Money) -> str:
    return f"{money.text} {money.currency}"
