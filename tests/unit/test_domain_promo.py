"""Promo codes: as people type them, what limits them, and how a limit is dealt to counters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.clock import START
from vpnbot.domain.promo.code import CodeClosed, CodeState, PromoCode
from vpnbot.domain.promo.entered import folded, start_payload
from vpnbot.domain.promo.uses import counter_limits, first_counter, free_counter

CODE = PromoCode("SPRING7", 7, made_at=START)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("spring7", "SPRING7"),
        ("  Spring 7\n", "SPRING7"),
        ("SPRING-7", "SPRING7"),
        ("ТЕСТ", "TECT"),
        ("вкмнорсаху", "BKMHOPCAXY"),
        ("A", None),
        ("", None),
        ("/start", None),
        ("ПРИВЕТ", None),
        ("SPRING🎟", None),
        ("A" * 17, None),
        ("٣٣٣", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str | None) -> None:
    assert folded(typed) == code


def test_a_code_in_a_link_is_the_code() -> None:
    payload = start_payload(CODE.id)
    assert payload == "p_SPRING7"
    assert folded(payload.removeprefix("p_")) == CODE.id


@given(st.text(max_size=70))
def test_whatever_is_typed_folding_it_again_changes_nothing(typed: str) -> None:
    once = folded(typed)
    assert once is None or folded(once) == once


@given(st.integers(1, 1_000_000))
def test_the_counters_together_hold_the_limit(total: int) -> None:
    limits = counter_limits(replace(CODE, total=total))
    assert sum(limits.values()) == total
    assert len(limits) <= 8
    assert max(limits.values()) - min(limits.values()) <= 1
    assert min(limits.values()) >= 1


@given(st.integers(1, 60), st.text(max_size=5))
def test_every_use_up_to_the_limit_finds_a_counter_and_none_beyond(total: int, seed: str) -> None:
    code, taken = replace(CODE, total=total), dict[str, int]()
    assert first_counter(code, seed) in counter_limits(code)
    for number in range(total):
        counter = free_counter(code, taken, f"{seed}{number}")
        assert counter is not None
        taken[counter] = taken.get(counter, 0) + 1
    assert free_counter(code, taken, seed) is None


def test_a_code_without_a_limit_always_has_a_counter() -> None:
    taken = dict.fromkeys(counter_limits(CODE), 10**9)
    assert free_counter(CODE, taken, "seed") is not None


def test_a_code_is_open_before_its_end_and_while_it_is_not_paused() -> None:
    code = replace(CODE, ends_at=START + timedelta(days=1))
    assert code.open_at(START)
    assert not code.open_at(START + timedelta(days=1))
    assert not code.paused().open_at(START)
    assert code.paused().resumed().open_at(START)


def test_an_ended_code_stays_ended() -> None:
    ended = CODE.paused().ended()
    assert ended.state is CodeState.ENDED
    assert ended.ended() == ended
    for step in (PromoCode.paused, PromoCode.resumed):
        with pytest.raises(CodeClosed):
            step(ended)
