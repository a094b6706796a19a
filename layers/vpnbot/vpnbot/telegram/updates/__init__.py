"""One update from delivery to answer."""
