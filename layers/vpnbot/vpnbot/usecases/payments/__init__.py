"""Orders from the placement to the payment, refunds, and what providers report."""
