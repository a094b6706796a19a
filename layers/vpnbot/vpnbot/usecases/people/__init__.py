"""Profiles, and the deletion and export of a person's data."""
