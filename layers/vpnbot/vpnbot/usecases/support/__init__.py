"""Diagnosis of problems, and questions to the operators."""
