"""Due work: dispatching and running it."""
