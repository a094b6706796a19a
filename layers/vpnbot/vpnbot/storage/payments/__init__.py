"""The ledger of the shop, and the reconciliation with payment providers."""
