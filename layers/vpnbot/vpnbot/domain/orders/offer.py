"""What an order sells; the class is in the area of subscriptions, which keep the offer of their renewal."""

from vpnbot.domain.subscriptions.offer import ListPrice, Offer

__all__ = ("ListPrice", "Offer")
