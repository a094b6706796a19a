"""The staff read a person's ledger in their own language."""

import pytest

from tests.unit.money_screens import LANGUAGES, MESSAGES
from vpnbot.domain.payments.outcome_rules import RULES
from vpnbot.domain.people.opinions import OPINIONS
from vpnbot.domain.promo.uses import DISCOUNT_ENTRY
from vpnbot.domain.staff.acts import ActKind
from vpnbot.domain.subscriptions.timeline import EventKind
from vpnbot.telegram.admin.ledger_lines import entry_lines
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.usecases.promo.drop_discount import DROPPED
from vpnbot.usecases.staff.act_on_person import LEDGER_WORDS

AT = "2026-03-01T12:00:00+00:00"
STORED = (
    *(rule.entry for rule in RULES.values() if rule.entry),
    *EventKind,
    *(f"opinion: {opinion}" for opinion in OPINIONS),
    *LEDGER_WORDS.values(),
    *(f"undone: {kind}" for kind in ActKind),
    *("key leaves server nl", "80 % of the traffic used", "met", "order placed", f"{DISCOUNT_ENTRY}SPRING", DROPPED),
)


@pytest.mark.parametrize("what", sorted(set(map(str, STORED))))
def test_each_decision_is_worded_in_each_language(what: str) -> None:
    (line,) = entry_lines({"at": AT, "what": what})
    shown = {language: Renderer(MESSAGES, language).plain(line).partition(": ")[2] for language in LANGUAGES}
    assert shown["ru"] not in {what, shown["en"]}
    assert "_" not in shown["en"]


def test_states_are_worded_and_a_decision_of_a_later_release_is_shown_as_stored() -> None:
    changes = {
        "status": ["trial", "active"],
        "renewal": ["", "off_elsewhere"],
        "role": ["", "owner"],
        "plan": ["", "trial"],
    }
    lines = entry_lines({"at": AT, "what": "something new", "changes": changes})
    shown = " ".join(map(Renderer(MESSAGES, "ru").plain, lines))
    assert "something new" in shown
    assert "пробный период → активна" in shown
    assert "выключено в Telegram" in shown
    assert "владелец" in shown
    assert "тариф: — → Пробный период" in shown
