"""The trials of a day."""
