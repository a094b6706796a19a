"""What a payment or a refund does to a person, and the table of outcomes."""
