"""The whole trial, played without a browser and told as a conversation; every promise in it is checked."""
