"""Gifts: plans that one person pays for, and another one opens with a link."""
