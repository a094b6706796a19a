"""The process ends before or after any call to DynamoDB while a setting or a text is saved; the save is repeated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pynamodb.connection import Connection

from tests.fakes.clock import START
from tests.fakes.faults import Crash, Faults
from tests.fakes.shop import Shop
from vpnbot.domain.editable_texts import subject_of
from vpnbot.domain.payments.revisions import SETTINGS
from vpnbot.domain.payments.setting_field import SettingField
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff.acts import ShopAct, month_of
from vpnbot.storage.plans.sales import stored_sales
from vpnbot.storage.plans.shop_settings import StoredShopSettings
from vpnbot.usecases.plans.keep_settings import TEXT_FIELD, SettingsKept, change_settings, undo_setting
from vpnbot.usecases.plans.keep_texts import undo_text
from vpnbot.usecases.ports import Sales

ACTOR = "admin:" + "a" * 32
KEY = "en#terms"
_MOST_POINTS = 40


def new_process() -> Sales:
    """Return the ports of a process that has read nothing yet."""
    return stored_sales(StoredShopSettings())


@contextmanager
def crash_points(monkeypatch: pytest.MonkeyPatch, faults: Faults) -> Iterator[None]:
    """Make a point before and after each call to DynamoDB."""
    make = Connection._make_api_call

    def made(self: Connection, operation: str, arguments: dict[str, Any]) -> Any:
        faults.reached(f"{operation}.before")
        answer = make(self, operation, arguments)
        faults.reached(f"{operation}.after")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "_make_api_call", made)
        yield


def _days(shop: Shop, sales: Sales, entry: Entry, number: int) -> SettingsKept:
    return change_settings(sales, shop.context, lambda stored: replace(stored, trial_days=number), entry)


def _text(shop: Shop, sales: Sales, entry: Entry, number: int) -> SettingsKept:
    return change_settings(
        sales, shop.context, lambda stored: stored.with_text(KEY, f"Text {number}."), entry, act=ShopAct.TEXT
    )


def _undo_days(shop: Shop, sales: Sales, entry: Entry, _: int) -> SettingsKept:
    (newest,) = new_process().settings.revisions(SETTINGS, limit=1)
    return undo_setting(sales, shop.context, newest.version, SettingField.TRIAL_DAYS, entry)


def _undo_text(shop: Shop, sales: Sales, entry: Entry, _: int) -> SettingsKept:
    (newest,) = new_process().settings.revisions(subject_of(KEY), limit=1)
    return undo_text(sales, shop.context, newest.version, KEY, entry)


type Save = Callable[[Shop, Sales, Entry, int], SettingsKept]


@pytest.mark.parametrize(
    ("save", "subject", "field", "prepare"),
    [
        (_days, SETTINGS, SettingField.TRIAL_DAYS, None),
        (_text, subject_of(KEY), TEXT_FIELD, None),
        (_undo_days, SETTINGS, SettingField.TRIAL_DAYS, _days),
        (_undo_text, subject_of(KEY), TEXT_FIELD, _text),
    ],
    ids=["setting", "text", "undo of a setting", "undo of a text"],
)
def test_a_save_is_made_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, save: Save, subject: str, field: str, prepare: Save | None
) -> None:
    faults, store = Faults(), new_process().settings
    for point in range(_MOST_POINTS):
        if prepare is not None:
            prepare(shop, new_process(), Entry(f"update:prepare:{point}", "changed", START, ACTOR), point % 89 + 2)
        before = store.load(fresh=True)
        entry = Entry(f"update:1:{point}", "changed", START, ACTOR)
        crashed = False
        with crash_points(monkeypatch, faults):
            faults.crash_at_step(point)
            try:
                save(shop, new_process(), entry, point % 89 + 2)
            except Crash:
                crashed = True
            faults.clear()
        for _ in range(2):
            assert save(shop, new_process(), entry, point % 89 + 2).saved
        after = store.load(fresh=True)
        assert after.version == before.version + 1, f"once, after a crash at {faults.passed[-1]}"
        rows = [row for row in store.revisions(subject, limit=99) if row.version == after.version]
        stored = after.texts.get(KEY, "") if field == TEXT_FIELD else str(after.trial_days or "")
        assert [(row.field, row.after, row.actor) for row in rows] == [(field, stored, ACTOR)]
        assert [act.cause for act in shop.staff.acts.page(month_of(START), before="", limit=999)].count(
            entry.cause
        ) == 1
        if not crashed:
            assert point > 8, "a save has more calls than these"
            return
    pytest.fail("a save has fewer calls than there were points")
