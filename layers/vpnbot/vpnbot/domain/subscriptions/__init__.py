"""Subscriptions: plans, time, traffic, and the events that time brings."""
