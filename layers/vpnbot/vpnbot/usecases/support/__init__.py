"""Diagnosis, and questions to the operators."""
