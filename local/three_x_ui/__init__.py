"""A fake 3x-ui panel: the HTTP API of a real one, its peculiarities and injected faults, with clients in memory."""
