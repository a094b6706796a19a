"""The address for the receipt of a purchase: whether it is asked for, and which one is sent."""

from vpnbot.domain.payments.shop_settings import Receipts
from vpnbot.telegram.customer.plan_choices import Choice
from vpnbot.telegram.update_context import UpdateContext


def asks_contact(context: UpdateContext, choice: Choice) -> bool:
    """Tell whether the address for receipts has to be asked for before this purchase."""
    if not _needs_contact(context, choice.provider):
        return False
    known = context.person.user.receipt_contact
    return known is None or (not known and not contact_optional(context))


def _needs_contact(context: UpdateContext, provider: str) -> bool:
    able = bool(provider) and context.payments.providers.get(provider).abilities.receipts
    return able and context.payments.sales.settings.load().receipts is not Receipts.OFF


def contact_optional(context: UpdateContext) -> bool:
    """Tell whether buyers may give no address, because the shop has one for their receipts."""
    return bool(context.payments.sales.settings.load().fallback_contact)


def contact_for_receipt(context: UpdateContext, provider: str) -> str | None:
    """Return the address for the receipt of a purchase; None if there is no receipt."""
    if not _needs_contact(context, provider):
        return None
    return context.person.user.receipt_contact or context.payments.sales.settings.load().fallback_contact or None
