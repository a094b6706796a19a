"""What a change adds to the statistics."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.clock import START
from vpnbot.domain.effects import Put
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.money import Money
from vpnbot.domain.payments.arrival import RETURN_HELD
from vpnbot.domain.payments.outcome_rules import RULES, Outcome
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.user import User
from vpnbot.domain.statistics.entry import counted_in, statistics_effects
from vpnbot.domain.statistics.flow import Counted, Flow, FlowKind, Flows, Origin, origin_of
from vpnbot.domain.statistics.sale import COUNTED_AS, Sale, sale_effects, sale_from
from vpnbot.domain.subscriptions.plan import TRIAL
from vpnbot.domain.subscriptions.subscription import Status, Subscription

MARK = "9f0e1d2c3b4a5968"
KNOWN = User(version=1, chat_id=42, language="ru", came_from="a_summer", met_at=START)
PERSON = Person(PersonId("p" * 22), KNOWN)


def kinds(before: Person, after: Person, *entries: Entry) -> list[str]:
    """Return the kinds that a change counts, in order."""
    effects = statistics_effects(before, after, entries, START, MARK)
    found = [each for put in effects if isinstance(put, Put) for each in counted_in(put.body)]
    return [each.flow.kind for each in found]


def having(status: Status) -> Person:
    """Return the person with a trial subscription in this state."""
    return replace(PERSON, subscription=Subscription(plan=TRIAL, status=status))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Person(PERSON.id), PERSON, ["met"]),
        (PERSON, replace(PERSON, user=replace(KNOWN, trial_used=True)), ["trial"]),
        (having(Status.TRIAL), having(Status.EXPIRED), ["expired"]),
        (having(Status.EXPIRED), having(Status.EXPIRED), []),
        (having(Status.TRIAL), having(Status.SUSPENDED), ["suspended"]),
        (having(Status.SUSPENDED), having(Status.TRIAL), ["resumed"]),
        (PERSON, replace(PERSON, user=KNOWN.reached(reachable=False)), ["blocked"]),
        (replace(PERSON, user=KNOWN.reached(reachable=False)), PERSON, ["unblocked"]),
        (PERSON, replace(PERSON, user=User(version=2, deleted_at=START, reachable=False)), ["deleted"]),
        (PERSON, replace(PERSON, user=replace(KNOWN, wants_plans=True)), []),
    ],
)
def test_the_difference_of_two_states_is_counted(before: Person, after: Person, expected: list[str]) -> None:
    assert kinds(before, after) == expected


def test_one_entry_holds_all_that_a_change_counts_and_nothing_of_the_person() -> None:
    after = replace(PERSON, user=replace(KNOWN, trial_used=True))
    (put,) = statistics_effects(Person(PERSON.id), after, (), START, MARK)
    assert isinstance(put, Put)
    assert put.partition == f"STATENTRY#{START:%Y-%m-%d}#1"
    assert put.key == f"{START:%Y-%m-%dT%H:%M:%S.%fZ}#{MARK}"
    assert list(counted_in(put.body)) == [
        Counted(Flow("met", origin="advertisement", language="ru")),
        Counted(Flow("trial", origin="advertisement", language="ru")),
    ]
    assert PERSON.id not in repr(put)
    assert "summer" not in repr(put)
    assert "42" not in repr(put.body)


@pytest.mark.parametrize(
    ("payload", "origin"),
    [
        (None, Origin.DIRECT),
        ("", Origin.DIRECT),
        ("a_summer", Origin.ADVERTISEMENT),
        ("r_abc", Origin.FRIEND),
        ("ref_7", Origin.FRIEND),
        ("g_abc", Origin.GIFT),
        ("p_X", Origin.PROMO),
        ("o_1", Origin.OTHER),
        ("anything", Origin.OTHER),
    ],
)
def test_only_the_kind_of_a_payload_is_counted(payload: str | None, origin: Origin) -> None:
    assert origin_of(payload) is origin


def test_every_outcome_is_counted_or_moves_no_money() -> None:
    assert set(COUNTED_AS) == set(Outcome)
    entries = {rule.entry for rule in RULES.values()}
    assert RETURN_HELD not in entries
    assert {outcome for outcome, kind in COUNTED_AS.items() if kind} <= {o for o in Outcome if RULES[o].entry}


def test_a_flow_is_read_as_it_was_written() -> None:
    flow = Flow("paid", "month", "direct", "en", "yookassa", "RUB", first=True)
    assert Flow.parse(flow.key) == flow
    assert Flow.parse(f"{flow.key}|of a later release") == flow
    assert Flow.parse("met") == Flow("met")


def test_revenue_is_what_arrived_less_what_was_sent_back() -> None:
    def money(kind: FlowKind, minor: int, currency: str = "RUB", provider: str = "card") -> Counted:
        return Counted(Flow(kind, provider=provider, currency=currency), minor)

    flows = Flows.of(
        [
            money(FlowKind.PAID, 29900),
            money(FlowKind.RENEWED, 29900),
            money(FlowKind.HELD, 100),
            money(FlowKind.RETURNED, -100),
            money(FlowKind.REFUNDED, -9900),
            money(FlowKind.TEST, 500_000),
            money(FlowKind.GRANTED, 0),
            money(FlowKind.PAID, 250, "XTR", "stars"),
        ]
    )
    assert flows.revenue() == (Money(49900, "RUB"), Money(250, "XTR"))
    assert flows.revenue_by_provider() == (("card", Money(49900, "RUB")), ("stars", Money(250, "XTR")))
    assert flows.count(FlowKind.PAID, FlowKind.RENEWED) == 3
    assert not flows.minus(flows)
    assert Flows.sum([flows, flows]).minus(flows) == flows


def test_a_sale_is_read_as_it_was_written_under_the_month_of_the_provider() -> None:
    nominal = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    sale = Sale(
        FlowKind.PAID,
        Money(29900, "RUB"),
        nominal + timedelta(minutes=3),
        nominal,
        "an order",
        PERSON.id,
        "card",
        "month",
    )
    (put,) = sale_effects([sale, replace(sale, money=Money(0, "RUB"))], PERSON.id, MARK)
    assert isinstance(put, Put)
    assert put.partition == "SALES#2026-10"
    assert sale_from(put.key, put.body) == sale
    assert sale_from(put.key, {"kind": "of a later release"}) is None
