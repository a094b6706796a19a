"""VPN panels behind one port: one folder or module per kind, the registry, the circuit breaker."""
