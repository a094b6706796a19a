"""The draft of a server: the next question to the operator, and how one field of a server is changed."""

from dataclasses import replace

import pytest

from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_errors import PanelTrouble
from vpnbot.domain.servers.server import Inbound, Server
from vpnbot.domain.servers.server_draft import ServerDraft, Step
from vpnbot.domain.servers.server_field import Field, with_field

COMPLETE = ServerDraft(
    "draft-1", "https://nl.example", has_token=True, inbound_id=1, country="NL", capacity=10, detail=""
)
NL = Server("nl", "Amsterdam", "NL", address="https://nl.example", inbound_id=1, certificate_sha256="AA", capacity=10)


@pytest.mark.parametrize(
    ("draft", "step"),
    [
        (ServerDraft("draft-1"), Step.ADDRESS),
        (ServerDraft("draft-1", "https://nl.example"), Step.TOKEN),
        (replace(COMPLETE, inbound_id=0), Step.INBOUND),
        (replace(COMPLETE, country=""), Step.COUNTRY),
        (replace(COMPLETE, capacity=0), Step.CAPACITY),
        (COMPLETE, Step.CONFIRM),
    ],
)
def test_missing_values_are_asked_for_in_order(draft: ServerDraft, step: Step) -> None:
    assert draft.step is step


@pytest.mark.parametrize(
    ("trouble", "step"),
    [
        (PanelTrouble.WRONG_TOKEN, Step.TOKEN),
        (PanelTrouble.SELF_SIGNED, Step.CERTIFICATE),
        (PanelTrouble.INBOUND_UNUSABLE, Step.INBOUND),
        (PanelTrouble.TIMED_OUT, Step.PANEL),
    ],
)
def test_a_trouble_leads_to_the_question_that_can_solve_it(trouble: PanelTrouble, step: Step) -> None:
    troubled = COMPLETE.troubled(trouble, "AA:BB")
    assert troubled.step is step
    assert (troubled.country, troubled.capacity) == ("NL", 10), "no answer is lost"


def test_an_invalid_certificate_that_cannot_be_shown_is_not_asked_about() -> None:
    assert COMPLETE.troubled(PanelTrouble.CERTIFICATE_INVALID).step is Step.PANEL


def test_another_address_keeps_only_the_values_that_do_not_depend_on_it() -> None:
    moved = COMPLETE.moved("https://de.example")
    assert (moved.country, moved.capacity) == ("NL", 10)
    assert (moved.has_token, moved.inbound_id, moved.certificate_sha256) == (False, 0, None)


def test_inbounds_that_cannot_be_used_are_not_offered() -> None:
    off = Inbound(2, "off", "vless", 8443, PanelTrouble.INBOUND_OFF)
    draft = replace(COMPLETE, inbounds=(Inbound(1, "Reality", "vless", 443), off))
    assert [inbound.id for inbound in draft.usable_inbounds] == [1]


@pytest.mark.parametrize(
    ("field", "text", "changed"),
    [
        (Field.TITLE, "", {"title": ""}),
        (Field.COUNTRY, "de", {"country": "DE"}),
        (Field.CAPACITY, "20", {"capacity": 20}),
        (Field.ADDRESS, "https://de.example", {"address": "https://de.example", "certificate_sha256": None}),
        (Field.ADDRESS, "https://nl.example/", {}),
        (Field.INBOUND, "3", {"inbound_id": 3}),
        (Field.LIMITED, "2", {"limited_inbound_id": 2}),
        (Field.LIMITED, "0", {"limited_inbound_id": None}),
        (Field.CERTIFICATE, "BB", {"certificate_sha256": "BB"}),
        (Field.CERTIFICATE, "", {"certificate_sha256": None}),
        (Field.TOKEN, "anything", {}),
    ],
)
def test_one_field_of_a_server_is_changed(field: Field, text: str, changed: dict[str, object]) -> None:
    assert with_field(NL, field, text) == replace(NL, **changed)  # type: ignore[arg-type]  # fields of Server


@pytest.mark.parametrize("field", [Field.INBOUND, Field.LIMITED])
@pytest.mark.parametrize("text", ["", "one", "-1", "99999999999"])
def test_an_inbound_is_a_number(field: Field, text: str) -> None:
    with pytest.raises(BadInput, match="inbound"):
        with_field(NL, field, text)
