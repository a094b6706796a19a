"""The handling of one update: from its delivery to the response."""
