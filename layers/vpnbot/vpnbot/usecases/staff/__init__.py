"""What the people who run the shop do."""
