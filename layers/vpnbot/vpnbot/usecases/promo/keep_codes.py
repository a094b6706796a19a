"""The staff make, pause and end promo codes: each decision once for its cause, and in the log of acts."""

from collections.abc import Callable
from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.staff import acts
from vpnbot.domain.staff.acts import Act, PromoAct
from vpnbot.errors import AlreadyDecided, Rejected
from vpnbot.usecases.ports.promo import PromoCodes


class CodeTaken(Rejected):
    """There is a code of this name, now or from earlier: uses of the two could not be told apart."""


class UnknownCode(Rejected):
    """There is no code of this name."""


class CodeChanged(Rejected):
    """The code is not as it was shown; `current` is how it is now."""

    def __init__(self, current: PromoCode) -> None:
        super().__init__("the code has changed since it was shown")
        self.current = current


def make_code(codes: PromoCodes, draft: PromoCode, entry: Entry) -> PromoCode:
    """Store a new code, and return it as stored; a repetition returns the one that was stored.

    Raises:
        CodeTaken: the name is taken.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    if codes.get(draft.id) is not None:
        if codes.decided(entry.cause):
            return known_code(codes, draft.id)
        raise CodeTaken(draft.id)
    try:
        return codes.decide(
            None, replace(draft, made_at=entry.at), entry, acts.written(_act(draft, entry, PromoAct.MAKE_CODE))
        )
    except AlreadyDecided:
        return known_code(codes, draft.id)


def change_code(
    codes: PromoCodes,
    code_id: str,
    entry: Entry,
    change: Callable[[PromoCode], PromoCode],
    act: PromoAct,
    *,
    seen: int,
) -> PromoCode:
    """Commit a change of the version `seen`, and return the code; a cause that was decided before changes nothing.

    Raises:
        CodeChanged: it has another version now, and this cause has not made it.
        CodeClosed: `change` refuses.
        UnknownCode: there is none of this name.
        Conflict, StorageUnavailable: try again with the same cause.
    """
    before = known_code(codes, code_id)
    if before.version != seen:
        if codes.decided(entry.cause):
            return before
        raise CodeChanged(before)
    after = change(before)
    if after == before:
        return before
    try:
        return codes.decide(before, after, entry, acts.written(_act(after, entry, act)))
    except AlreadyDecided:
        return known_code(codes, code_id)


def known_code(codes: PromoCodes, code_id: str) -> PromoCode:
    """Return a code as stored.

    Raises:
        UnknownCode: there is none of this name.
        StorageUnavailable, UnreadableItem: as `PromoCodes.get`.
    """
    found = codes.get(code_id)
    if found is None:
        raise UnknownCode(code_id)
    return found


def _act(code: PromoCode, entry: Entry, kind: PromoAct) -> Act:
    return Act(entry.cause, kind, entry.actor, "", entry.at, value=code.id)
