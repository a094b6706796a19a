"""What is known of all people together: who is found by an index, and who may send to many of them."""
