"""The answers to the question after the end how the VPN was, as the profile and the ledger store them."""

GOOD = "good"
BAD = "bad"
"""Had problems; it is replaced by the kind of problem when the person tells it."""

PROBLEMS = ("slow", "connection", "app", "price")
"""The kinds of problems, in the order of their buttons."""

TROUBLED = frozenset({BAD, *PROBLEMS})
"""The answers of a person who had problems."""

OPINIONS = frozenset({GOOD, *TROUBLED})
