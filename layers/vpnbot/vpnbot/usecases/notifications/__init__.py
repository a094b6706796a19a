"""Delivering what the bot says unasked."""
