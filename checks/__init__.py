"""Checks of this repository that no ready-made tool does, such as the audit of everything that is pinned."""
