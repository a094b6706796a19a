"""The people who run the shop: their roles, and what they do."""
