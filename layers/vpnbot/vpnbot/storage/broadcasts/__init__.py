"""Storage of broadcasts, and of their deliveries."""
