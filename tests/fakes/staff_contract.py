"""The storage contract for the rows by which people are found, the log of acts, and the allowance of days."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.clock import START
from tests.fakes.contract import entry, met
from tests.fakes.shop import Shop
from vpnbot.domain.people.implied_effects import implied_effects
from vpnbot.domain.people.person import Person
from vpnbot.domain.people.roles import Role
from vpnbot.domain.people.user import CompensatedTime, GivenDays, Names, Note
from vpnbot.domain.staff.acts import Act, ActKind, written
from vpnbot.domain.staff.given_days import day_of, returned_to, taken_by
from vpnbot.usecases.ports import Session


def commits(session: Session, after: Person, cause: str) -> None:
    """Commit a change with what it implies."""
    session.commit(after, entry(cause), effects=implied_effects(session.person, after, START))


def named(person: Person, username: str) -> Person:
    """Return a person with a username."""
    return replace(person, user=person.user.named(Names(username, "Ann"), START))


class TestStaff:
    """Commits write the rows; the ports list them."""

    def test_a_name_is_found_by_its_last_bearer_first_and_leaves_with_a_change(self, shop: Shop) -> None:
        ann, bob = shop.open(42), shop.open(43)
        for number, session in enumerate((ann, bob)):
            met(session)
            after = named(session.person, "Same_Name")
            moves = implied_effects(session.person, after, START + timedelta(minutes=number))
            session.commit(after, entry(f"update:1:2{number}"), effects=moves)
        finding = shop.staff.finding
        assert list(finding.by_username("same_name", limit=5)) == [bob.person.id, ann.person.id]
        assert list(finding.by_username("same_name", limit=1)) == [bob.person.id]
        commits(bob, named(bob.person, "other"), "update:1:3")
        assert list(finding.by_username("same_name", limit=5)) == [ann.person.id]

    def test_names_notes_and_days_are_read_as_they_were_written(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        user = replace(
            named(session.person, "Ann").user,
            given=(GivenDays(START, 3, "act:1:2"),),
            notes=(Note(START, "ab" * 16, "Pays by card"),),
            compensated=(CompensatedTime("nl#260301120000", START, 2, (START, START), (START, START)),),
        )
        session.commit(replace(session.person, user=user), entry("update:1:2"))
        stored = shop.open().person.user
        assert (stored.username, stored.shown_name, stored.named_at) == ("Ann", "Ann", START)
        assert (stored.given, stored.notes) == (user.given, user.notes)

    def test_acts_are_listed_newest_first_in_pages_and_found_one_by_one(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        acts = [
            Act(
                f"act:1:{n}",
                ActKind.DAYS,
                "admin:me",
                session.person.id,
                START + timedelta(minutes=n),
                "7",
                told=True,
            )
            for n in range(5)
        ]
        for act in acts:
            session.commit(session.person, entry(f"x:{act.cause}"), effects=(written(act),))
        log, month = shop.staff.acts, f"{START:%Y-%m}"
        assert list(log.page(month, limit=2)) == [acts[4], acts[3]]
        assert list(log.page(month, before=acts[3].key, limit=2)) == [acts[2], acts[1]]
        assert list(log.page("2020-01", limit=2)) == []
        assert log.act(acts[2].at, acts[2].cause) == acts[2]
        assert log.act(acts[2].at, "act:1:99") is None

    def test_days_are_taken_from_an_allowance_and_returned(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        given, day = shop.staff.given, day_of(START)
        session.commit(session.person, entry("a"), effects=taken_by("me", 2, (), "act:1:2", START))
        assert list(given.taken("me", day)) == [(0, "act:1:2"), (1, "act:1:2")]
        session.commit(session.person, entry("b"), effects=returned_to("me", day, (0,)))
        assert list(given.taken("me", day)) == [(1, "act:1:2")]
        assert list(given.taken("other", day)) == []

    def test_the_last_decisions_are_read_newest_first_and_one_by_cause(self, shop: Shop) -> None:
        session = shop.open()
        met(session)
        for number in range(3):
            at = replace(entry(f"act:1:{number}"), at=START + timedelta(minutes=number + 1))
            session.commit(session.person, at)
        last = shop.people.last_decisions(session.person.id, limit=2)
        assert [row["cause"] for row in last] == ["act:1:2", "act:1:1"]
        one = shop.people.decision(session.person.id, "act:1:1")
        assert one is not None
        assert one["at"] == last[1]["at"]
        assert shop.people.decision(session.person.id, "act:1:9") is None

    def test_members_are_listed(self, shop: Shop) -> None:
        for number in range(3):
            session = shop.open(42 + number)
            user = session.person.user.met(42 + number, "en", None, START + timedelta(minutes=number))
            commits(session, replace(session.person, user=user), "update:1:1")
        owner = shop.open(43)
        commits(owner, replace(owner.person, user=replace(owner.person.user, role=Role.OWNER)), "update:1:2")
        assert list(shop.staff.members.listed()) == [(owner.person.id, Role.OWNER)]
