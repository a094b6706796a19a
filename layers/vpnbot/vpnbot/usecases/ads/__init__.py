"""Links in advertisements: made and changed by the staff, found at the first contact, and their figures."""
