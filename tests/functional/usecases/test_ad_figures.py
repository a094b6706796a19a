"""What an ad link has brought is what the ledgers of the people who came by it say, whatever else happens to them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.fakes.clock import START
from tests.fakes.shop import update
from tests.functional.usecases.test_money_properties import PEOPLE, people
from tests.functional.usecases.test_statistics_properties import Counting
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.statistics.entry import counted_in
from vpnbot.domain.statistics.flow import FlowKind, Flows
from vpnbot.domain.statistics.link_figures import LinkFigures
from vpnbot.storage.table import from_text
from vpnbot.usecases.ads.first_source import first_source
from vpnbot.usecases.ads.link_figures import link_figures
from vpnbot.usecases.people.ensure_user import ensure_user

LINKS = tuple(AdLink(tag * 8, tag, made_at=START) for tag in "abc")


class CountingLinks(Counting):
    """People also come by links, delete their data, and come back by others."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: dict[int, list[tuple[datetime, str | None]]] = {person: [] for person in PEOPLE}
        with self.shop.faults.quiet():
            for link in LINKS:
                self.table.put("ADS", link)

    @rule(person=people, link=st.sampled_from(LINKS))
    def comes_by(self, person: int, link: AdLink) -> None:
        def clicks() -> None:
            source = first_source(link.payload, lambda: self.shop.links)
            ensure_user(self.shop.open(person), self.shop.context, update(), person, "en", source)

        self.does(clicks)

    @invariant()
    def sources_are_noted(self) -> None:
        """Keep from when on each person is known by which source."""
        for person, known in self.sources.items():
            user = self.shop.look(person).user
            now = user.came_from if user.known else None
            at = user.met_at if user.known else user.deleted_at
            if at is not None and (not known or known[-1] != (at, now)):
                known.append((at, now))

    def teardown(self) -> None:
        super().teardown()
        entries = [row for (partition, _), row in self.table.rows.items() if partition.startswith("STATENTRY#")]
        counted = Flows.of(each for row in entries for each in counted_in(row.body))
        statistics, now = self.shop.staff.statistics, self.shop.clock()
        for link in LINKS:
            part = counted.of_link(link.id)
            assert link_figures(statistics, link, now) == LinkFigures.of(part)
            self._is_what_the_ledgers_say(link, part)

    def _is_what_the_ledgers_say(self, link: AdLink, part: Flows) -> None:
        rows = [row for (who, _), row in self._rows().items() if self._came_by(link, who, row)]
        money: Counter[str] = Counter()
        for row in rows:
            if "money" in row:
                amount = cast("Mapping[str, object]", row["money"])
                money[str(amount["currency"])] += int(str(amount["minor"]))
        found: Counter[str] = Counter()
        for flow, minor in part.amounts.items():
            found[flow.currency] += minor
        assert +found == +money
        changes = [cast("Mapping[str, list[str]]", row["changes"]) for row in rows if "changes" in row]
        assert part.count(FlowKind.MET) == sum(each.get("known") == ["False", "True"] for each in changes)
        assert part.count(FlowKind.TRIAL) == sum(each.get("trial used") == ["False", "True"] for each in changes)

    def _came_by(self, link: AdLink, who: object, row: Mapping[str, object]) -> bool:
        if "at" not in row:
            return False  # of a person who had deleted their data before
        at = row["at"] if isinstance(row["at"], datetime) else from_text(str(row["at"]))
        person = next(each for each in PEOPLE if self.shop.person_id(each) == who)
        return next((source for since, source in reversed(self.sources[person]) if since <= at), None) == link.payload


TestCountingLinks = CountingLinks.TestCase
TestCountingLinks.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
