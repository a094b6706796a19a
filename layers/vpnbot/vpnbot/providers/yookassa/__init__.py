"""Payments by card, SBP and wallets through YooKassa (API v3)."""
