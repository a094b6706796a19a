"""Promo codes: as people type them, what limits them, and how a limit is dealt to counters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.clock import START
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.promo.code import CodeClosed, CodeState, PromoCode
from vpnbot.domain.promo.entered import folded, folded_name, start_payload
from vpnbot.domain.promo.one_time_codes import batch_of, number_of, one_time_codes
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
        ("A" * 25, None),
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


class TestOneTimeCodes:
    """Each code of a batch is derived, and no other text is one."""

    RING = KeyRing({1: b"first secret, of thirty-two bytes", 2: b"second secret, of thirty-two bytes"})
    BATCH = replace(CODE, total=500, one_time=True)

    def test_the_codes_are_different_and_each_is_found_under_its_number(self) -> None:
        codes = list(one_time_codes(self.BATCH, self.RING.promo_mac))
        assert len(set(codes)) == 500
        assert [number_of(code, self.BATCH, self.RING.promo_mac) for code in codes] == list(range(500))
        assert {batch_of(code) for code in codes} == {self.BATCH.id}
        assert [folded(code) for code in codes] == codes, "people can type them"
        assert all(len(start_payload(code)) <= 64 for code in codes)

    def test_a_new_key_secret_changes_no_code(self) -> None:
        old = KeyRing({1: self.RING.versions[1]})
        assert list(one_time_codes(self.BATCH, old.promo_mac)) == list(
            one_time_codes(self.BATCH, self.RING.promo_mac)
        )

    def test_a_code_of_another_batch_or_shop_or_beyond_the_number_is_none(self) -> None:
        code = next(one_time_codes(self.BATCH, self.RING.promo_mac))
        other = KeyRing({1: b"another secret, of thirty-two bytes"})
        assert number_of(code, self.BATCH, other.promo_mac) is None
        moved = "AUTUMN7" + code.removeprefix(self.BATCH.id)
        assert number_of(moved, replace(self.BATCH, id="AUTUMN7"), self.RING.promo_mac) is None
        last = list(one_time_codes(self.BATCH, self.RING.promo_mac))[-1]
        assert number_of(last, replace(self.BATCH, total=499), self.RING.promo_mac) is None

    @given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=8))
    def test_a_guess_is_none(self, guess: str) -> None:
        assert number_of(self.BATCH.id + guess, self.BATCH, self.RING.promo_mac) is None

    def test_a_name_leaves_room_for_what_follows_it(self) -> None:
        assert folded_name("A" * 16) == "A" * 16
        assert folded_name("A" * 17) is None
        assert folded("A" * 24) == "A" * 24
