"""Calls to the Bot API, parsing of updates, registration of the webhook. Does not use aiogram."""
