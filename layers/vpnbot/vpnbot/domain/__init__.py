"""What a subscription, a key, a server is: pure values and decisions, without I/O."""
