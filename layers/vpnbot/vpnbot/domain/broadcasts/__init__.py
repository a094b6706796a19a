"""Broadcasts: one message to many people."""
