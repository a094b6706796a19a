"""The stored links in advertisements."""
