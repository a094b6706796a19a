"""Prints plurals and numbers of all languages of the layer as JSON; run with the Babel that is first on the path."""

import json
import sys
from typing import Any

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

NUMBERS = (0, 1, 2, 3, 5, 11, 21, 22, 25, 100, 101, 111, 1000, 12_345, 1_234_567, 0.5, 1.5, 2.75, 1234.5)
TEXTS = """
decimal = { $n }
percent = { NUMBER($n, style: "percent") }
whole = { NUMBER($n, maximumFractionDigits: 0) }
plain = { NUMBER($n, useGrouping: 0) }
"""


def numbers(language: str) -> dict[str, Any]:
    """Return the plural category of each number in a language, and how it is written."""
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(TEXTS))
    locale = Locale.parse(language)
    written = {
        message: [_written(bundle, message, number) for number in NUMBERS]
        for message in ("decimal", "percent", "whole", "plain")
    }
    plurals = [[form(number) for number in NUMBERS] for form in (locale.plural_form, locale.ordinal_form)]
    return {"plurals": plurals, **written}


def _written(bundle: FluentBundle, message: str, number: float) -> str:
    pattern = bundle.get_message(message).value
    assert pattern is not None
    text, errors = bundle.format_pattern(pattern, {"n": number})
    assert not errors, errors
    return str(text)


if __name__ == "__main__":
    json.dump({language: numbers(language) for language in sys.argv[1:]}, sys.stdout)
