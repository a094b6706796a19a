"""Links in advertisements, and what the people who come by them bring."""
