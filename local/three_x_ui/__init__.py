"""A 3x-ui panel that is none: the HTTP API of the real one, its quirks and its bad days, over clients in memory."""
