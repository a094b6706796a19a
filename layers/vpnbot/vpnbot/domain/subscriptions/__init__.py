"""Subscriptions: plans, time, traffic, and scheduled events."""
