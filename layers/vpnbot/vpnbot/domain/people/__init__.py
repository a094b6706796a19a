"""A person: the profile, all data stored about the person, and the ledger of decisions."""
