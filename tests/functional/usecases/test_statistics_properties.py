"""Random lives of people who pay: the statistics are what the ledgers say, also after people delete their data."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.fakes.clock import START
from tests.fakes.people import People
from tests.fakes.reconciliations import ShopLedger
from tests.fakes.shop import update
from tests.functional.usecases.ordering import card
from tests.functional.usecases.test_money_properties import PLANS, Lives, amounts, people
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.orders.reports import ReportedState
from vpnbot.domain.people.opinions import OPINIONS
from vpnbot.domain.statistics.entry import counted_in
from vpnbot.domain.statistics.figures import Span, span_of_month
from vpnbot.domain.statistics.flow import FlowKind, Flows, opinion_kind
from vpnbot.domain.statistics.hours import hour_of
from vpnbot.domain.subscriptions.plan import Plan
from vpnbot.usecases.people.change_profile import give_opinion
from vpnbot.usecases.ports import Metric
from vpnbot.usecases.statistics.close_hours import begin_statistics
from vpnbot.usecases.statistics.figures import hours_of, sales_of_month

type Row = Mapping[str, object]
EVER = Span(hour_of(START) - timedelta(days=40), hour_of(START) + timedelta(days=400))
ZONES = (timedelta(hours=3), timedelta(hours=-5), timedelta())


class Counting(Lives):
    """The same lives; a copy of what is erased from ledgers is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.erased: dict[tuple[PersonId, str], Row] = {}
        begin_statistics(self.shop.staff.statistics, self.shop.context)
        people = self.shop.people
        assert isinstance(people, People)
        self.table, erase = people.table, people.erase_history

        def keeping_a_copy(person_id: PersonId, until: datetime, kept_until: datetime) -> bool:
            self.erased |= {
                (person_id, cause): row for cause, row in self.table.ledger[person_id].items() if "at" in row
            }
            return erase(person_id, until, kept_until)

        people.erase_history = keeping_a_copy  # type: ignore[method-assign]  # of this one shop

    @rule(person=people)
    def tries(self, person: int) -> None:
        self.does(lambda: self.shop.tries(update(), person))

    @rule(person=people, opinion=st.sampled_from(sorted(OPINIONS)))
    def answers(self, person: int, opinion: str) -> None:
        self.does(lambda: give_opinion(self.shop.open(person), self.shop.context, update(), opinion))

    @rule(person=people, plan=st.sampled_from(PLANS), amount=amounts)
    def buys(self, person: int, plan: Plan, amount: str) -> None:
        """Take all steps of a purchase at once: single steps seldom meet in random order."""
        self.places(person, plan)
        if self.reports(ReportedState.PENDING):
            self.pays(0, amount)
        self.reconciles()

    @invariant()
    def time_goes_on(self) -> None:
        """Commits of different steps have different times."""
        self.shop.clock.advance(timedelta(milliseconds=1))

    def teardown(self) -> None:
        super().teardown()
        self._is_right()

    def _is_right(self) -> None:
        entries = [row for (partition, _), row in self.table.rows.items() if partition.startswith("STATENTRY#")]
        counted = Flows.of(each for row in entries for each in counted_in(row.body))
        self._has_the_states_of_the_ledgers(counted)
        self._has_the_answers_of_the_ledgers(counted)
        self._has_the_money_of_the_ledgers(counted)
        self._is_in_the_closed_hours(counted)
        self._is_in_the_months(counted)

    def _rows(self) -> Mapping[tuple[PersonId, str], Row]:
        """Return all rows of the ledgers, also those that were erased."""
        ledgers = {(who, cause): row for who, rows in self.table.ledger.items() for cause, row in rows.items()}
        return ledgers | self.erased

    def _has_the_answers_of_the_ledgers(self, counted: Flows) -> None:
        expected = Counter(str(row.get("what", "")) for row in self._rows().values())
        found = {opinion: counted.count(opinion_kind(opinion)) for opinion in OPINIONS}
        assert found == {opinion: expected[f"opinion: {opinion}"] for opinion in OPINIONS}

    def _has_the_states_of_the_ledgers(self, counted: Flows) -> None:
        changes: dict[tuple[object, ...], dict[str, list[str]]] = {}
        for (person, _), row in self._rows().items():
            if "changes" in row:  # the entries of one commit have the same time and changes
                change = cast("dict[str, list[str]]", row["changes"])
                changes[person, row["at"], repr(change)] = change
        expected: Counter[str] = Counter()
        for change in changes.values():
            known = change.get("known")
            if known == ["True", "False"]:
                expected["deleted"] += 1
                continue
            expected["met"] += known == ["False", "True"]
            expected["trial"] += change.get("trial used") == ["False", "True"]
            expected["expired"] += change.get("status", ["", ""])[1] == "expired"
        found = {kind: counted.count(FlowKind(kind)) for kind in ("met", "trial", "expired", "deleted")}
        assert found == {kind: expected[kind] for kind in found}

    def _has_the_money_of_the_ledgers(self, counted: Flows) -> None:
        expected: Counter[str] = Counter()
        for money in self._ledger_money():
            expected[str(money["currency"])] += int(str(money["minor"]))
        found: Counter[str] = Counter()
        for flow, minor in counted.amounts.items():
            found[flow.currency] += minor
        assert +found == +expected
        of_tests: Counter[str] = Counter()
        for report in self.reports(ReportedState.SUCCEEDED):
            if report.test:
                of_tests[report.money.currency] += card(self.shop).left(report.payment_id)
        real = {money.currency: money.amount_minor for money in counted.revenue()}
        assert real == {name: minor for name, minor in (+expected - of_tests).items() if minor}

    def _ledger_money(self) -> Iterator[Mapping[str, object]]:
        for rows in self.table.ledger.values():
            for row in rows.values():
                if "money" in row:
                    yield cast("Mapping[str, object]", row["money"])
        assert isinstance(self.shop.ledger, ShopLedger)
        for entry in self.shop.ledger.entries.values():
            if entry.money is not None:
                yield {"currency": entry.money.currency, "minor": entry.money.amount_minor}

    def _is_in_the_closed_hours(self, counted: Flows) -> None:
        statistics, now = self.shop.staff.statistics, self.shop.clock()
        assert EVER.of(hours_of(statistics, EVER, now)) == counted
        assert self.shop.meter.counts[Metric.LATE_STATISTICS] == 0

    def _is_in_the_months(self, counted: Flows) -> None:
        statistics, now = self.shop.staff.statistics, self.shop.clock()
        sales = [sale for sale in statistics.sales(EVER.first, EVER.end) if sale.kind is not FlowKind.TEST]
        for zone in ZONES:
            listed: Counter[str] = Counter()
            pictured: Counter[str] = Counter()
            local = START + zone
            for number in range(4):
                year, month = local.year + (local.month - 2 + number) // 12, (local.month - 2 + number) % 12 + 1
                found = sales_of_month(statistics, year, month, now, zone)
                span = span_of_month(year, month, zone)
                assert list(found.sales) == [sale for sale in sales if span.first <= sale.nominal < span.end]
                differences = {money.currency: money.amount_minor for money in found.difference}
                for money in found.listed:
                    listed[money.currency] += money.amount_minor
                for money in found.counted:
                    pictured[money.currency] += money.amount_minor
                    in_list = {each.currency: each.amount_minor for each in found.listed}
                    own = in_list.get(money.currency, 0) + differences.get(money.currency, 0)
                    assert own == money.amount_minor
            revenue = {money.currency: money.amount_minor for money in counted.revenue()}
            assert +listed == +pictured == Counter(revenue)


TestCounting = Counting.TestCase
TestCounting.settings = settings(
    max_examples=80, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
