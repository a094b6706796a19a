"""Effects of one decision fit into one transaction: at most one action for each item."""

import pytest

from vpnbot.domain.effects import Delete, Effect, MoveCounter, Put, PutIfAbsent, combined


@pytest.mark.parametrize(
    ("moves", "bounded"),
    [
        ([(1, False), (-1, True), (1, True)], True),
        ([(-1, True), (1, False), (1, False)], False),
    ],
)
def test_a_sum_of_moves_is_bounded_if_one_of_its_increases_is_bounded(
    moves: list[tuple[int, bool]], bounded: bool
) -> None:
    added = combined(MoveCounter("P", "a", by, of_limit) for by, of_limit in moves)
    assert added == (MoveCounter("P", "a", 1, bounded),)


def test_moves_of_one_counter_are_added_up_and_other_effects_do_not_change() -> None:
    effects = (MoveCounter("P", "a", 1), MoveCounter("P", "b", -1), MoveCounter("P", "a", -2), Put("P", "c"))
    assert combined(effects) == (MoveCounter("P", "a", -1), MoveCounter("P", "b", -1), Put("P", "c"))


def test_moves_that_cancel_out_are_left_out() -> None:
    assert combined([MoveCounter("P", "a", by) for by in (1, 1, -2)]) == ()


def test_one_transaction_increases_a_counter_by_one_at_most() -> None:
    with pytest.raises(ValueError, match="raise a counter by 2"):
        combined([MoveCounter("P", "a", 1), MoveCounter("P", "a", 1)])


@pytest.mark.parametrize("first", [Put("P", "a"), PutIfAbsent("P", "a"), Delete("P", "a"), MoveCounter("P", "a", 1)])
@pytest.mark.parametrize("second", [Put("P", "a"), PutIfAbsent("P", "a"), Delete("P", "a")])
def test_two_actions_on_one_item_are_rejected_as_a_bug(first: Effect, second: Effect) -> None:
    for pair in ((first, second), (second, first)):
        with pytest.raises(ValueError, match="act twice on the item"):
            combined(pair)


def test_the_same_key_in_another_partition_is_another_item() -> None:
    both = (Put("P", "a"), Delete("Q", "a"))
    assert combined(both, written={("Q", "b")}) == both


def test_an_effect_on_an_item_that_the_transaction_writes_anyway_is_rejected() -> None:
    with pytest.raises(ValueError, match="act twice on the item"):
        combined([MoveCounter("P", "a", 1)], written={("P", "a")})
