"""One person's partition: load, commit, observations, FSM state."""
