"""The words for discounts: how much, until when, and a price before and after one."""

from vpnbot.domain.money import Money
from vpnbot.domain.orders.discount import Discount, promo_of
from vpnbot.telegram.customer.payment_words import end_argument
from vpnbot.telegram.messages.screen import Argument, Phrase, phrase
from vpnbot.telegram.messages.view import View


def reduction(percent: int, amount: Money | None) -> Phrase:
    """Return by how much a price is reduced."""
    return phrase("discount-percent", percent=percent) if amount is None else phrase("discount-sum", amount=amount)


def discount_name(discount: Discount) -> str:
    """Return the promo code of a discount; empty: it has none."""
    code = promo_of(discount.source)
    return "" if code is None else code[0]


def own_discount(view: View) -> tuple[Phrase, ...]:
    """Return the lines that name the discounts of a person, of which the better one counts; empty: they have none."""
    code = own_code(view)
    offered = own_winback(view, "winback-line-beside" if code else "winback-line")
    return (*offered, *code, phrase("discount-better")) if offered and code else (*offered, *code)


def own_winback(view: View, message: str = "winback-line") -> tuple[Phrase, ...]:
    """Return the line that names the discount to come back, in a message; empty: the person has none now."""
    discount = None if view.person.winback is None else view.person.winback.discount
    if discount is None or discount.until is None or not discount.valid_at(view.now):
        return ()
    about: dict[str, Argument] = {"percent": discount.percent, "end": end_argument(discount.until, view.now)}
    return (Phrase(message, about),)


def own_code(view: View) -> tuple[Phrase, ...]:
    """Return the line that names the discount of a promo code; empty: the person has none now."""
    discount = view.person.user.discount
    if discount is None or not discount.valid_at(view.now):
        return ()
    return (about_discount(view, discount, "discount-line", "discount-line-always"),)


def about_discount(view: View, discount: Discount, message: str, without_end: str) -> Phrase:
    """Return a message about a discount; `without_end` is the one for a discount without an end."""
    about: dict[str, Argument] = {
        "code": discount_name(discount),
        "effect": reduction(discount.percent, discount.amount),
    }
    if discount.until is None:
        return Phrase(without_end, about)
    return Phrase(message, about | {"end": end_argument(discount.until, view.now)})


def price_words(price: Money, full: Money | None) -> Money | Phrase:
    """Return a price, with the full price before it if there is a discount."""
    return price if full is None else phrase("price-reduced", full=full, price=price)
