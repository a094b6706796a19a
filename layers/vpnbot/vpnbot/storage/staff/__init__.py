"""Storage for the people who run the shop: what waits for them."""
