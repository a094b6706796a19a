"""Steps of people who buy gifts, send links, and open them."""

from collections.abc import Callable

from tests.fakes.shop import USER_ID, Shop, update
from tests.functional.usecases.ordering import OFFER, PRICE, applies, paid_report, pays, stored
from vpnbot.domain.gifts.gift import Gift, GiftRefusal, GiftRefused
from vpnbot.domain.gifts.link import gift_token
from vpnbot.domain.money import Money
from vpnbot.domain.orders.order import Order
from vpnbot.domain.orders.payment import Payment
from vpnbot.domain.payments.settlement import Settlement, order_of
from vpnbot.errors import Conflict
from vpnbot.usecases.gifts.keep_gift import keep_gift
from vpnbot.usecases.gifts.make_gift_link import make_gift_link
from vpnbot.usecases.gifts.open_gift import count_wrong_link, open_gift
from vpnbot.usecases.payments.ask_refund import ask_refund
from vpnbot.usecases.payments.place_order import OrderRequest, place_order

BUYER, FRIEND, STRANGER = USER_ID, 77, 78


def orders_gift(shop: Shop, user_id: int = BUYER, cause: str | None = None) -> Order:
    """Place an order for a gift by card, and return it."""
    request = OrderRequest(OFFER, "card", "en", gift=True)
    return place_order(shop.open(user_id), shop.payments, shop.context, cause or update(), request).order


def buys_gift(shop: Shop, user_id: int = BUYER) -> Gift:
    """Let a person who is known buy a gift; return it."""
    if not shop.look(user_id).user.known:
        shop.arrives(user_id)
    order = orders_gift(shop, user_id)
    pays(shop, order)
    return gift_of(shop, order)


def pays_again(shop: Shop, order: Order, money: Money = PRICE) -> Settlement:
    """Let a second payment arrive for an order."""
    return applies(shop, paid_report(shop, order.id, money=money))


def gift_of(shop: Shop, order: Order, number: int = 0) -> Gift:
    """Return the gift that a payment of an order has bought."""
    lots = [payment.lot for payment in stored(shop, order.id).payments if payment.lot is not None]
    return gift_now(shop, lots[number])


def gift_now(shop: Shop, gift_id: str) -> Gift:
    """Return a gift as it is stored."""
    with shop.faults.quiet():
        gift = shop.gifts.get(gift_id)
    assert gift is not None
    return gift


def link(shop: Shop, gift: Gift, generation: int | None = None) -> str:
    """Return the token of a link of a gift, by default of the last one."""
    return gift_token(gift.id, generation or gift.generation, shop.ring.gift_mac)


def opens(shop: Shop, token: str, user_id: int = FRIEND) -> GiftRefusal | None:
    """Let a person open a gift; return why it cannot be opened, None: it was."""
    with shop.faults.quiet():
        if not shop.look(user_id).user.known:
            shop.arrives(user_id)
    session = shop.open(user_id)
    try:
        open_gift(session, shop.gifts, shop.fleet, shop.context, token)
    except GiftRefused as error:
        count_wrong_link(session, shop.context, error.refusal)
        return error.refusal
    return None


def gets_new_link(shop: Shop, gift: Gift, user_id: int = BUYER) -> Gift:
    """Let the buyer make another link."""
    return make_gift_link(shop.open(user_id), shop.gifts, shop.context, update(), gift.id)


def payment_of(shop: Shop, gift: Gift) -> Payment:
    """Return the payment that has bought a gift."""
    return next(payment for payment in stored(shop, gift.id).payments if payment.lot == gift.id)


def wants_back(shop: Shop, gift: Gift, cause: str | None = None) -> None:
    """Let the buyer ask for the money."""
    ask_refund(shop.open(), shop.payments, shop.context, cause or update(), order_of(gift.id))


def keeps(shop: Shop, gift: Gift, user_id: int = BUYER, cause: str | None = None) -> Gift:
    """Let the buyer take the request for the money back."""
    return keep_gift(shop.open(user_id), shop.gifts, shop.context, cause or update(), gift.id)


def until_decided[T](do: Callable[[], T]) -> T:
    """Do something whose update is delivered again after a conflict."""
    while True:
        try:
            return do()
        except Conflict:
            continue


def gift_days(shop: Shop, gift: Gift, user_id: int = FRIEND) -> float:
    """Return the days of a gift that a person has left."""
    lots = shop.look(user_id).subscription.lots_left(shop.clock())
    return sum(lot.seconds for lot in lots if lot.id in {gift.id, gift.lot}) / 86_400
