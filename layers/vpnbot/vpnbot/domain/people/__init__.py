"""A person: the profile, everything stored about them, and the ledger of decisions."""
