"""The use cases: what the system does, one use case per file, grouped by area."""
