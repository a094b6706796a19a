"""The responses to a subscription link, for VPN apps and for browsers. Independent of Lambda and HTTP libraries."""
