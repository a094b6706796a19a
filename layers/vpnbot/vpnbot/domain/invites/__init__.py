"""Invitations: people come through the link of a person, and both get days when a friend pays for the first time."""
