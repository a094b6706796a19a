"""The adapter of 3x-ui panels, version 3.5 and later, over their HTTP API with a bearer token."""
