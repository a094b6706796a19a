"""Steps of people who use promo codes."""

from dataclasses import replace

from tests.fakes.shop import USER_ID, Shop, update
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import CodeRefused, PromoCode, Refusal
from vpnbot.usecases.promo.keep_codes import make_code
from vpnbot.usecases.promo.redeem_code import Redeeming, count_wrong_try, redeem_code

CODE = PromoCode("SPRING", 7, author="a member")


def offers(shop: Shop, code: PromoCode = CODE) -> PromoCode:
    """Make a code."""
    return make_code(shop.codes, code, Entry(update(), "made", shop.clock(), "admin:1"))


def enters(shop: Shop, typed: str = CODE.id, user_id: int = USER_ID, cause: str = "") -> Refusal | None:
    """Let a person enter a code; return why it does not work, None: it did."""
    session = shop.open(user_id)
    ports = Redeeming(shop.codes, shop.fleet, shop.sales, shop.trial)
    try:
        redeem_code(session, ports, shop.context, typed, cause or update())
    except CodeRefused as error:
        count_wrong_try(session, shop.context, error.refusal)
        return error.refusal
    return None


def used(shop: Shop, code: PromoCode = CODE) -> int:
    """Return how often a code was used, from its counters."""
    with shop.faults.quiet():
        return sum(shop.codes.taken(code.id).values())


def days_left(shop: Shop, user_id: int = USER_ID) -> float:
    """Return the days that a person has left."""
    person = shop.look(user_id)
    return sum(lot.seconds for lot in person.subscription.lots_left(shop.clock())) / 86_400


def limited(total: int, code: PromoCode = CODE) -> PromoCode:
    """Return a code with a limit of all uses."""
    return replace(code, total=total)
