"""Due work: its dispatcher, its worker, and the handler of each kind."""
