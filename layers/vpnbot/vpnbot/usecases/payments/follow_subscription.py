"""Apply what Telegram says about a subscription in Stars: turned off there, on again, or not paid."""

from vpnbot.domain.payments.money_events import OrderEvent
from vpnbot.domain.payments.provider_subscriptions import changed_there
from vpnbot.domain.payments.settlement import Settlement
from vpnbot.usecases.payments.settling import settle
from vpnbot.usecases.ports import Context, Session


def follow_subscription(
    session: Session, context: Context, cause: str, order_id: str, event: OrderEvent, payer: int
) -> Settlement:
    """Commit a change of the subscription that an order of this person has started; unknown orders change nothing.

    Raises:
        Conflict, StorageUnavailable: try again later.
    """
    session.recall(order_id)
    return settle(
        session,
        context,
        lambda person: changed_there(person, person.order(order_id), event, payer, cause, context.clock()),
    )
