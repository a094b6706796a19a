"""VPN servers: capacity, placement, the state of their panels, reconciliation, what an operator enters."""
