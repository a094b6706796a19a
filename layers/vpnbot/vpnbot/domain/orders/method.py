"""A payment method that a person has allowed us to charge again."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A saved method, at most one for each provider.

    `id` is the provider's: it is never logged, exported or shown. `title` is such as "Visa •• 4477". `agreed_at` is
    when the person agreed to the charges, `order_id` the order with the offer and the price they agreed to.
    """

    provider: str
    account: str
    id: str
    title: str
    agreed_at: datetime
    order_id: str
