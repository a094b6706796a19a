"""Gifts: opened by a friend, kept in step with the money by the buyer and the staff."""
