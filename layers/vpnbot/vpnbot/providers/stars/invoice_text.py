"""The words of an invoice, which Telegram shows on its payment sheet and in the history of the Stars."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vpnbot.domain.orders.order import Order
from vpnbot.localization.periods import plain_every, plain_period

if TYPE_CHECKING:  # Fluent takes 150 ms to import, and most functions with this adapter make no invoice.
    from vpnbot.localization.messages import MessageArgument, Messages

_TITLE_LIMIT, _DESCRIPTION_LIMIT = 32, 255
"""The longest texts, in characters (Bot API, createInvoiceLink)."""


@dataclass(frozen=True, slots=True)
class InvoiceText:
    """What the buyer reads: `title` has 1 to 32 characters, `description` 1 to 255."""

    title: str
    description: str


def invoice_text(messages: "Messages", order: Order, *, renews: bool) -> InvoiceText:
    """Return the words for an order, in its language."""
    plan, language = order.offer.plan, messages.closest(order.language)
    title = plan.titles.get(language) or plan.titles.get(messages.languages[0]) or plan.id
    known: dict[str, MessageArgument] = {"plan": title, "devices": plan.devices}
    if renews:
        every = plain_every(messages, language, order.offer.duration)
        description = messages.text(language, "invoice-description-renews", {**known, "every": every})
    else:
        period = plain_period(messages, language, order.offer.duration)
        description = messages.text(language, "invoice-description", {**known, "period": period})
    return InvoiceText(_shortened(title, _TITLE_LIMIT), _shortened(description, _DESCRIPTION_LIMIT))


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
