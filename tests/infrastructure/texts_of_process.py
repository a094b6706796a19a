"""A process of `test_compiled_texts`: it imports a function, and counts what is compiled meanwhile."""

import json
import re
import sys
import typing

compiled = list[str]()
expressions = list[str]()


def main() -> None:
    """Print the texts and the regular expressions that were compiled after our package was there."""
    compiler = vars(re)["_compiler"]
    parse = compiler._parser.parse

    def parsed(pattern: str | bytes, flags: int = 0) -> object:
        expressions.append(str(pattern))
        return parse(pattern, flags)

    import vpnbot  # noqa: F401 - from here on compiled code is used

    compiler._parser.parse = parsed
    sys.addaudithook(note)
    import app  # type: ignore[import-not-found]  # the function's own folder is the working directory

    assert app.handler
    expected = vars(typing).get("compile", compile)("{int}", "<string>", "eval")
    result = {"texts": compiled, "regexes": expressions, "evaluates": eval(expected) == {int}}  # noqa: S307 - see above
    print(json.dumps(result))  # noqa: T201 - the result


def note(event: str, details: tuple[object, ...]) -> None:
    """Note a text that Python compiles, if it is not the source of a module."""
    if event == "compile" and not str(details[1]).endswith(".py"):
        compiled.append(str(details[0])[:200])


if __name__ == "__main__":
    main()
