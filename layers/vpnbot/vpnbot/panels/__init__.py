"""VPN panels, adapters of the port `Panel`: one folder or module per kind, the registry, the circuit breaker."""
