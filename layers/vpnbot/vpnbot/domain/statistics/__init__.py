"""Statistics: what is counted of each change, hours, and figures made from them."""
