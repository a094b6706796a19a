"""What a subscription link answers to VPN apps and to browsers: pure, knows neither Lambda nor the network."""
