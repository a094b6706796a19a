"""Promo codes in DynamoDB."""
