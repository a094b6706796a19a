"""What makes INIT fast: code that the build has compiled, and modules that are not imported."""
