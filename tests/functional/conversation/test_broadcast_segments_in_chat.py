"""A member of the staff chooses who gets a broadcast: by source, by server, or because they wait for a place."""

import pytest

from tests.functional.conversation.broadcasting import the_only, writes
from tests.functional.conversation.harness import ChatHarness, ChatUser
from tests.functional.conversation.new_shop import new_shop
from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.audience.segment import SegmentKind
from vpnbot.domain.people.ledger import Entry


@pytest.fixture
def harness() -> ChatHarness:
    """A shop with one administrator of the deployment."""
    return new_shop()


def labels_of(user: ChatUser) -> list[str]:
    """Return the labels of the buttons that a person sees."""
    return [label for row in user.screen.labels for label in row]


def test_people_are_chosen_by_where_they_came_from_with_their_numbers_page_by_page(
    harness: ChatHarness, admin: ChatUser
) -> None:
    tags = ["aaaaaaa" + letter for letter in "abcdefghij"]
    for number, tag in enumerate(tags):
        made = Entry(f"act:1:{number}", "made", harness.shop.clock(), "admin:1")
        harness.shop.links.decide(None, AdLink(tag, f"tag-{number}"), made)
        harness.user("en", 100 + number).sends(f"/start a_{tag}")
    harness.user("en", 200).sends(f"/start a_{tags[3]}")
    harness.user("en", 201).sends("/start ref_7")
    writes(admin)
    admin.taps("👥 To whom")
    admin.sees("Now: Everybody, 13 people")
    admin.taps("🔗 By source")
    admin.sees("Where did they come from?")
    first = labels_of(admin)
    assert first[0] == "From the ad “tag-3” · 2"
    assert first[-2:] == ["➡️", "⬅️ Back"]
    admin.taps("➡️")
    assert {"Came directly · 1", "Invited · 1"} <= {*first, *labels_of(admin)}
    assert "⬅️" in labels_of(admin)
    admin.taps("⬅️")
    admin.taps("tag-3")
    admin.sees("Now: From the ad “tag-3”, 2 people")
    admin.taps("By source")
    assert labels_of(admin)[0] == "• From the ad “tag-3” · 2"
    admin.taps("Back")
    admin.taps("Back")
    admin.sees("From the ad “tag-3”, all languages: 2 people")
    segment = the_only(harness).segment
    assert (segment.kind, segment.value) == (SegmentKind.CAME_BY, f"a_{tags[3]}")


def test_people_are_chosen_by_their_server_or_because_they_wait_for_a_place(
    harness: ChatHarness, admin: ChatUser
) -> None:
    for number in (100, 101):
        user = harness.user("en", number)
        user.sends("/start")
        user.taps("Try free")
    server = harness.user("en", 100).person.accesses[0].server_id
    writes(admin)
    admin.taps("👥 To whom")
    admin.taps("🖥 By server")
    admin.sees("On which server is their key?")
    (label,) = (each for each in labels_of(admin) if server in each)
    assert label.endswith(f"{server} · 2")
    admin.taps(label)
    admin.sees(f"{server}, 2 people")
    assert the_only(harness).segment.value == server
    admin.taps("Wait for a place")
    admin.sees("Now: Wait for a place, 0 people")
    segment = the_only(harness).segment
    assert (segment.kind, segment.value) == (SegmentKind.WAITING, "")


def test_a_source_or_a_server_that_is_gone_is_asked_for_again(harness: ChatHarness, admin: ChatUser) -> None:
    writes(admin)
    broadcast = the_only(harness)
    for data in (
        "value:{}:on_server:00000000",
        "value:{}:everybody:0",
        "values:{}:everybody",
        "values:{}:came_by:99",
    ):
        harness.deliver(admin.tap(f"adm:cast:{data.format(broadcast.id)}"))
        assert labels_of(admin)[-1] == "⬅️ Back"
    assert the_only(harness) == broadcast
