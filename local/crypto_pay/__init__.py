"""A fake of Crypto Pay: its API, a page on which invoices are paid, and its signed notifications."""
