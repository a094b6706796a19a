"""The domain: people, subscriptions, keys, servers. Pure values and decisions, without I/O."""
