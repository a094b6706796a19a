"""The partition of the servers."""
