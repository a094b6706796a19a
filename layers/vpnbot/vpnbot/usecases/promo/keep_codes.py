"""The staff make, pause and end promo codes."""

from collections.abc import Callable
from dataclasses import replace

from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.promo.code import PromoCode
from vpnbot.domain.staff.acts import Act, PromoAct
from vpnbot.usecases.decided_items import change_item, make_item
from vpnbot.usecases.ports.promo import PromoCodes


def make_code(codes: PromoCodes, draft: PromoCode, entry: Entry) -> PromoCode:
    """Store a new code, and return it as stored; raises as `make_item`."""
    return make_item(codes, replace(draft, made_at=entry.at), entry, _act(draft, entry, PromoAct.MAKE_CODE))


def change_code(
    codes: PromoCodes,
    code_id: str,
    entry: Entry,
    change: Callable[[PromoCode], PromoCode],
    act: PromoAct,
    *,
    seen: int,
) -> PromoCode:
    """Commit a change of the version `seen`, and return the code.

    Raises:
        CodeClosed: `change` refuses.
        ItemChanged, UnknownItem, Conflict, StorageUnavailable: as `change_item`.
    """
    return change_item(codes, code_id, entry, change, lambda code: _act(code, entry, act), seen=seen)


def _act(code: PromoCode, entry: Entry, kind: PromoAct) -> Act:
    return Act(entry.cause, kind, entry.actor, "", entry.at, value=code.id)
