"""Screens, rendering and sending."""
