"""Trials, the passing of time, suspension."""
