"""Telegram Stars: payments inside Telegram, through the Bot API."""
