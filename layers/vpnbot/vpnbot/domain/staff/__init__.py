"""What the people who run the shop do: how they find people, and their acts."""
