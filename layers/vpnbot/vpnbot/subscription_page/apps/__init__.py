"""What VPN apps load: entries, formats, headers."""
