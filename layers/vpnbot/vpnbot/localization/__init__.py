"""Localization: messages, times and durations, names of servers."""
