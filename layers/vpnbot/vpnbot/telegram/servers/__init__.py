"""Servers, kept from the chat by an administrator. Loaded when the first one asks: nobody else waits for it."""
