"""The storage of plans, of the shop's settings, and of who waits until plans can be bought."""
