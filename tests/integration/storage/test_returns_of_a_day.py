"""The counter of payments that are sent back without an operator."""

from vpnbot.storage.payments.shop_ledger import StoredShopLedger


def test_so_many_returns_a_day_are_allowed_and_each_day_counts_anew(table_name: str) -> None:
    assert table_name
    ledger = StoredShopLedger()
    assert [ledger.take_return("2026-03-01", 2) for _ in range(4)] == [True, True, False, False]
    assert ledger.take_return("2026-03-02", 2)


def test_with_a_limit_of_zero_none_is_allowed(table_name: str) -> None:
    assert table_name
    assert not StoredShopLedger().take_return("2026-03-01", 0)
