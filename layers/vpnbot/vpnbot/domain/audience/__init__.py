"""All people together: who is found by an index, who belongs to a segment, and who may send to many of them."""
