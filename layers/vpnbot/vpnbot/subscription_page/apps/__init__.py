"""The responses to VPN apps: entries, formats, headers."""
