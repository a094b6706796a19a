"""The demo page names every kind of due work, and every event of a subscription, in words of both languages."""

import re

import pytest

from local.paths import ROOT
from vpnbot.domain.scheduling import WORK_KINDS
from vpnbot.domain.subscriptions.timeline import EventKind

RETRY = "retry"
"""What the page is told when no event of the timeline is due at that time."""


@pytest.mark.parametrize("language", ["english", "russian"])
def test_whatever_is_due_next_has_words(language: str) -> None:
    script = (ROOT / "local" / "page" / f"control-{language}.js").read_text(encoding="utf-8")
    (block,) = re.findall(r"\n  events: \{\n(.*?)\n  \},\n", script, re.DOTALL)
    named = dict(re.findall(r'^    (\w+): "(.+)",$', block, re.MULTILINE))
    assert set(named) == {kind.name for kind in WORK_KINDS} | set(EventKind) | {RETRY}
    assert not [words for words in named.values() if "_" in words]
