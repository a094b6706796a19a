"""Messages: screens, their rendering and sending, and callback data."""
