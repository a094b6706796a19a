"""Calls to the Bot API, updates as they arrive, registration of the webhook. Needs no aiogram."""
