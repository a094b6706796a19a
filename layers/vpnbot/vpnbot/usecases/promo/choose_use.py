"""Choose the use of a promo code that a commit takes: which of the person's own, and which counter it raises."""

from collections.abc import Callable

from vpnbot.domain.effects import Effect
from vpnbot.domain.people.person import Person
from vpnbot.domain.promo.code import CodeRefused, PromoCode, Refusal
from vpnbot.domain.promo.uses import Use, first_counter, free_counter, is_use, of_one_time_code, use_effects
from vpnbot.errors import ItemExists
from vpnbot.usecases.ports import Context
from vpnbot.usecases.ports.promo import PromoCodes


class UseChoice:
    """The use `number` of a person: with a random counter at first, after a conflict with one that is free."""

    def __init__(
        self, codes: PromoCodes, context: Context, code: PromoCode, number: int, one_time: int | None
    ) -> None:
        self.code = code
        self.number = number
        self._codes = codes
        self._one_time = one_time
        self._now, self._seed = context.clock(), context.new_seed()
        self._tried = False

    def taken_by(self, person: Person) -> tuple[Use, tuple[Effect, ...]]:
        """Return the use, and the effects that take it; called anew for each attempt of a decision.

        Raises:
            CodeRefused: the code does not work for this person now, or it is used up.
        """
        self.code.allow(person, self._now)
        counter: str | None = first_counter(self.code, self._seed)
        if self._tried:
            counter = free_counter(self.code, self._codes.taken(self.code.id), self._seed)
        self._tried = True
        if counter is None:
            raise CodeRefused(Refusal.USED_UP)
        use = Use(person.id, self.number, counter, self._one_time)
        return use, use_effects(self.code, use, self._now)


def with_first_use[T](
    codes: PromoCodes, context: Context, code: PromoCode, one_time: int | None, commit: Callable[[UseChoice], T]
) -> T:
    """Return what `commit` returns with the first use that the person has not had.

    `commit` gets each use in turn, until one is committed.

    Raises:
        CodeRefused: the person has used the code as often as a person can, or another person has used this one-time
            code.
    """
    for number in range(1, code.per_person + 1):
        try:
            return commit(UseChoice(codes, context, code, number, one_time))
        except ItemExists as error:
            if of_one_time_code(error.key):
                raise CodeRefused(Refusal.USED_UP) from error
            if not is_use(error.key):
                raise
    raise CodeRefused(Refusal.USED)
