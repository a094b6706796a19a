"""Work that goes through many people."""
