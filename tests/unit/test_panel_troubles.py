"""Each trouble of a panel has a message in every language; each kind of panel has a factory."""

import pytest

from ops.panel_words import error_words, trouble_words
from tests.fakes.clock import Clock
from tests.fakes.meter import Meter
from tests.fakes.servers import Servers, server
from tests.fakes.tokens import Tokens
from vpnbot.domain.servers.panel_errors import (
    CERTIFICATE_TROUBLES,
    LONGEST_DETAIL,
    TOKEN_TROUBLES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import PanelKind
from vpnbot.errors import Misconfigured, Rejected
from vpnbot.localization.messages import Messages
from vpnbot.localization.panel_troubles import trouble_message
from vpnbot.panels.circuit_breaker import CircuitBreaker
from vpnbot.panels.registry import PanelRegistry, panel_kinds

MESSAGES = Messages()


@pytest.mark.parametrize("language", MESSAGES.languages)
@pytest.mark.parametrize("trouble", PanelTrouble)
def test_every_trouble_has_a_message_in_every_language(language: str, trouble: PanelTrouble) -> None:
    message, arguments = trouble_message(trouble, "a fact")
    assert len(MESSAGES.text(language, message, arguments)) > 15


@pytest.mark.parametrize("trouble", PanelTrouble)
def test_the_command_line_prints_the_message_of_the_chat_and_the_detail(trouble: PanelTrouble) -> None:
    in_the_chat = MESSAGES.text("en", *trouble_message(trouble, "HTTP 502"))
    printed = trouble_words(trouble, "HTTP 502")
    assert printed[0].isascii(), "no emoji, which some terminals cannot show"
    assert in_the_chat.partition(" ")[2] in printed
    assert printed.count("HTTP 502") == 1
    assert "()" not in trouble_words(trouble)


def test_a_long_detail_is_printed_in_full_on_the_command_line() -> None:
    assert "word " * 400 in trouble_words(PanelTrouble.REFUSED, "word " * 400)


@pytest.mark.parametrize(
    ("troubles", "hint"),
    [(TOKEN_TROUBLES, "ops server token"), (CERTIFICATE_TROUBLES, "--trust-certificate")],
    ids=["token", "certificate"],
)
def test_the_command_line_names_the_command_or_option_that_helps(troubles: set[PanelTrouble], hint: str) -> None:
    assert all(hint in trouble_words(trouble, "AA:BB") for trouble in troubles)


@pytest.mark.parametrize("error", [PanelUnavailable, PanelNotCalled, PanelRejected])
def test_an_error_has_a_code_and_a_detail_and_its_text_contains_both(
    error: type[PanelUnavailable | PanelRejected],
) -> None:
    raised = error(PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    assert (raised.trouble, raised.detail) == (PanelTrouble.BROKEN_ANSWER, "HTTP 502")
    assert str(raised) == "broken_answer (HTTP 502)"
    assert str(error(PanelTrouble.TIMED_OUT)) == "timed_out"
    assert error_words(raised) == trouble_words(PanelTrouble.BROKEN_ANSWER, "HTTP 502")


@pytest.mark.parametrize("error", [PanelUnavailable, PanelNotCalled, PanelRejected])
def test_of_a_long_answer_of_a_panel_an_error_keeps_as_much_as_can_be_stored_with_a_key(
    error: type[PanelUnavailable | PanelRejected],
) -> None:
    raised = error(PanelTrouble.REFUSED, "я" * 500_000)
    assert len(str(raised).encode()) < 5_000
    assert len(raised.detail) == LONGEST_DETAIL


def test_other_errors_are_printed_unchanged() -> None:
    assert error_words(Rejected("say what to change")) == "say what to change"


class TestRegistry:
    """The registry creates the panel adapter for the kind of a server."""

    def test_it_knows_every_kind(self) -> None:
        assert set(panel_kinds(Tokens(), None)) == set(PanelKind)

    def test_every_panel_is_behind_a_circuit_breaker(self) -> None:
        registry = PanelRegistry(panel_kinds(Tokens(), None), Servers(), Clock(), Meter())
        for panel in (registry.of(server("nl")), registry.without_breaker(server("nl"))):
            assert isinstance(panel, CircuitBreaker)

    def test_demo_panels_are_rejected_where_there_is_no_store_for_them(self) -> None:
        registry = PanelRegistry(panel_kinds(Tokens(), None), Servers(), Clock(), Meter())
        with pytest.raises(Misconfigured, match="demo"):
            registry.of(server("demo", kind=PanelKind.DEMO))
