"""Broadcasts: written, scheduled, sent, corrected and deleted."""
