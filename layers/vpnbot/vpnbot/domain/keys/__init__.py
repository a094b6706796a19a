"""Keys: how they are derived, where they are, how links present them, and the apps that load links."""
