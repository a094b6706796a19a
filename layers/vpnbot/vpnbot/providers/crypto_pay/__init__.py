"""Crypto Pay, the payment system of Crypto Bot (https://help.crypt.bot/crypto-pay-api): the adapter."""
