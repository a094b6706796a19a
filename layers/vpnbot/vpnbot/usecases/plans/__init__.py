"""Changes of what the shop sells, and the notification of the people who wait for it."""
