"""Operator features, as `customer/` is laid out; most of them load when the first operator asks."""
