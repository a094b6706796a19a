"""The offer of a discount to people whose paid time has ended."""
