"""Plans as plain values: an export is imported unchanged, and what cannot be read is refused with its place."""

from datetime import timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.plans import PRO
from vpnbot.domain.plans.document import BadDocument, from_document, to_document
from vpnbot.domain.plans.sold_plan import SoldDuration, SoldPlan

IDS = st.text("abcxyz0189-", min_size=1, max_size=20)
PRINTED = st.text(min_size=1, max_size=40).filter(str.isprintable)
TEXTS = st.dictionaries(st.sampled_from(["en", "ru", "no"]), PRINTED, max_size=3)
CURRENCIES = st.sampled_from(["RUB", "XTR", "USD", "JPY", "EUR"])
DURATIONS = st.builds(
    SoldDuration,
    IDS,
    st.integers(1, 730 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds)),
    st.dictionaries(CURRENCIES, st.integers(1, 10**11), max_size=4),
)
PLANS = st.builds(
    SoldPlan,
    id=IDS,
    titles=TEXTS,
    lines=TEXTS,
    devices=st.integers(0, 200),
    traffic_bytes=st.none() | st.integers(1, 10**15),
    keys=st.integers(0, 20),
    countries=st.lists(st.sampled_from(["NL", "NO", "DE"]), max_size=3).map(tuple),
    position=st.integers(0, 999),
    hidden=st.booleans(),
    trial=st.booleans(),
    durations=st.lists(DURATIONS, max_size=4, unique_by=lambda each: each.id).map(
        lambda durations: tuple(sorted(durations, key=lambda each: each.time))
    ),
)


@given(PLANS)
def test_an_exported_plan_is_imported_unchanged(plan: SoldPlan) -> None:
    assert from_document(plan.id, to_document(plan)) == plan
    text = yaml.safe_dump(to_document(plan), allow_unicode=True, sort_keys=False)
    assert from_document(plan.id, yaml.safe_load(text)) == plan


def test_a_file_is_short_and_readable() -> None:
    text = yaml.safe_dump(to_document(PRO), allow_unicode=True, sort_keys=False)
    assert "    days: 30\n    prices:\n      RUB: '299.00'\n      XTR: '199'\n" in text


def test_what_is_left_out_has_its_default_value() -> None:
    assert from_document("pro", {}) == SoldPlan("pro")
    assert from_document("pro", {"traffic_gb": 1.5}).traffic_bytes == 15 * 10**8
    assert from_document("pro", {"durations": {"1h": {"hours": 1, "prices": {"RUB": 9}}}}).durations == (
        SoldDuration("1h", timedelta(hours=1), {"RUB": 900}),
    )


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "pro"),
        ({"colour": "red"}, "pro.colour"),
        ({"titles": ["Pro"]}, "pro.titles"),
        ({"titles": {"en": 5}}, "pro.titles"),
        ({"titles": {False: "Pro"}}, "pro.titles"),
        ({"devices": "two"}, "pro.devices"),
        ({"devices": True}, "pro.devices"),
        ({"traffic_gb": "many"}, "pro.traffic_gb"),
        ({"traffic_gb": "0.0000000001"}, "pro.traffic_gb"),
        ({"traffic_gb": True}, "pro.traffic_gb"),
        ({"countries": [False]}, "pro.countries"),
        ({"hidden": "no"}, "pro.hidden"),
        ({"durations": {"30d": {"prices": {}}}}, "pro.durations.30d"),
        ({"durations": {"30d": {"days": 30, "hours": 1}}}, "pro.durations.30d"),
        ({"durations": {"30d": {"days": 30, "price": 5}}}, "pro.durations.30d"),
        ({"durations": {"30d": {"days": 1.5}}}, "pro.durations.30d.days"),
        ({"durations": {"30d": {"days": 30, "prices": {"RUB": "2.505"}}}}, "pro.durations.30d.prices.RUB"),
        ({"durations": {"30d": {"days": 30, "prices": {"XTR": "1.5"}}}}, "pro.durations.30d.prices.XTR"),
        ({"durations": {"30d": {"days": 30, "prices": {"roubles": 5}}}}, "pro.durations.30d.prices.roubles"),
        ({"durations": {"30d": {"days": 30, "prices": {"RUB": True}}}}, "pro.durations.30d.prices.RUB"),
        ({"durations": {"30d": {"days": 30, "prices": {"RUB": -5}}}}, "pro.durations.30d.prices.RUB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(document: object, place: str) -> None:
    with pytest.raises(BadDocument, match=f"^{place}:"):
        from_document("pro", document)
