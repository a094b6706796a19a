"""Servers: adding, changing, reconciling, removing."""
