"""VPN servers: capacity, placement, panels, reconciliation, and the input of an operator."""
