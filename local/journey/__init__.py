"""The whole trial, played without a browser and printed as a conversation, with every promise checked."""
