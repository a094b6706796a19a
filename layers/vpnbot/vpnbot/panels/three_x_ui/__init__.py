"""3x-ui panels from 3.1 on, over their HTTP API with a bearer token."""
