"""Connections to other servers: kept ones, the deadline of a whole request, and TLS."""
