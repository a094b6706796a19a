"""The partition of the shop in the table: plans, settings, alerts, reconciliation and payments of no known order."""

SHOP = "SHOP"
