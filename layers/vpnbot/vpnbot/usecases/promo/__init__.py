"""Promo codes: made and ended by the staff, entered by people."""
