"""Profiles, deletion, export."""
