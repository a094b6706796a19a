"""What is stored about all people together."""
