"""The items of the statistics."""
