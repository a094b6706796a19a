"""The list price of a time of a plan, with which time of one plan is converted into time of another."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price without any discount, in the smallest unit of the base currency of the catalogue, for a time."""

    amount_minor: int
    seconds: int

    @property
    def per_second(self) -> Fraction:
        """The price of one second, exact."""
        return Fraction(self.amount_minor, self.seconds)
