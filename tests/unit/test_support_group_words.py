"""What is said about the group for questions is at most thirty words, whatever it lacks at once."""

from itertools import chain

import pytest

from vpnbot.domain.support_chat import ChatTrouble
from vpnbot.domain.support_group import GroupFacts, Missing
from vpnbot.localization.messages import Messages

MESSAGES = Messages()
MOST_WORDS = 30
EVERYTHING = GroupFacts(
    "Operators", has_topics=False, administrator=True, may_manage_topics=False, may_delete=False
).missing(topics=True)
NOTHING = GroupFacts("", has_topics=False, administrator=False, may_manage_topics=False, may_delete=False)


def words(language: str, *names: str) -> int:
    """Return how many words the messages have together; marks and emoji are none."""
    texts = (MESSAGES.text(language, name, {"title": "Operators", "days": 3, "people": 100}) for name in names)
    return sum(any(letter.isalnum() for letter in word) for word in chain.from_iterable(t.split() for t in texts))


def lines(missing: tuple[Missing, ...]) -> tuple[str, ...]:
    """Return the names of the sentences about what is missing."""
    return tuple(f"support-missing-{each}" for each in missing)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_screen_about_the_group_is_short(language: str) -> None:
    worst = max((EVERYTHING, NOTHING.missing(topics=True)), key=lambda missing: words(language, *lines(missing)))
    assert set(EVERYTHING) == {Missing.TOPICS, Missing.MANAGE_TOPICS, Missing.DELETE}
    assert words(language, *lines(worst)) <= MOST_WORDS
    assert words(language, "support-here-done", *lines((Missing.DELETE,))) <= MOST_WORDS
    assert words(language, "group-works", *lines(worst)) <= MOST_WORDS
    assert words(language, "support-back", *lines(worst)) <= MOST_WORDS
    for trouble in ChatTrouble:
        about = words(language, f"group-trouble-{trouble}")
        assert about + words(language, "support-test") <= MOST_WORDS
    assert words(language, "group-trouble-no_rights", *lines(NOTHING.missing(topics=True))) <= MOST_WORDS
    for state in ("group-topics", "group-flat"):
        assert words(language, state, "group-how") <= MOST_WORDS
    for alone in ("support-orphan", "group-busy", "compensation-limit", "compensation-asked", "compensation-choose"):
        assert words(language, alone) <= MOST_WORDS
