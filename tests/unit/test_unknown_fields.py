"""What a later release has added to the values of a map is kept with each value that stays the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vpnbot.storage.codec import new_record
from vpnbot.storage.stored_item import Stored
from vpnbot.storage.unknown_fields import keep_unknown


@dataclass(frozen=True)
class Text:
    """A value of a map."""

    words: str


@dataclass(frozen=True)
class Letter:
    """An item with a map of values, and a map of plain texts."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def stored(letter: Letter) -> Stored:
    """Return the item as a later release writes it, with one more field in each text."""
    raw = new_record("PLANS", "PLAN#letter", letter).serialize()
    for text in raw["body"]["M"]["texts"]["M"].values():
        text["M"]["added"] = {"S": "later"}
    return Stored.of(raw)


def test_a_value_of_a_map_keeps_its_unknown_fields_while_it_is_the_same() -> None:
    before = Letter({"en": Text("Hello"), "ru": Text("Привет"), "de": Text("Hallo")}, {"en": "A letter"})
    after = Letter({"en": Text("Hello"), "ru": Text("Здравствуйте"), "fr": Text("Bonjour")}, {"en": "Another"})
    record = keep_unknown(new_record("PLANS", "PLAN#letter", after), after, stored(before))
    body = record.serialize()["body"]["M"]
    assert body["texts"]["M"] == {
        "en": {"M": {"words": {"S": "Hello"}, "added": {"S": "later"}}},
        "ru": {"M": {"words": {"S": "Здравствуйте"}}},
        "fr": {"M": {"words": {"S": "Bonjour"}}},
    }
    assert body["titles"]["M"] == {"en": {"S": "Another"}}
