"""How fast, how big and how often: ours beside a plain handler and beside its own unavoidable parts, in one run."""
