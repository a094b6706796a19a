"""Keys: their derivation, their state on servers, share links, and the VPN apps that load links."""
