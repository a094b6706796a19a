"""Placing, provisioning, moving and rotating keys; links and traffic."""
