"""A fake YooKassa: its API, its payment page and its notifications, with injected faults."""
