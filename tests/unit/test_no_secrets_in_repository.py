"""No file of the repository holds something that has the form of a secret of this project.

`make scan` looks for secrets of other services, such as keys of AWS and GitHub.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAKES = frozenset(
    {
        "4242:AAsampletokenforteststhatopensnothing",  # the token of the tests' Bot API
        "test_fakefakefakefakefakefakefakefakefakefake",  # the secret key of the fake YooKassa
    }
)
"""What has the form of a secret and opens nothing."""
SHAPES = {
    "a bot's token (Telegram), or an application's (Crypto Pay)": r"(?<![\w:])\d{4,12}:AA[\w-]{30,}",
    "a secret key of YooKassa": r"(?<!\w)(?:live|test)_(?=\w*[A-Z0-9])[A-Za-z0-9-]{40,}|test_(?:fake){10}",
    "an identity of age": r"AGE-SECRET-KEY-1[A-Z0-9]{50,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20,}",
    "an access key of AWS": r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])",
}


def _found(text: str) -> set[tuple[str, str]]:
    return {(name, match.group()) for name, shape in SHAPES.items() for match in re.finditer(shape, text)}


def test_no_file_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607  git from PATH
    files = [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    assert len(files) > 500
    found = {
        (str(file.relative_to(ROOT)), name)
        for file in files
        for name, secret in _found(file.read_bytes().decode("utf-8", "replace"))
        if secret not in FAKES
    }
    assert not found


@pytest.mark.parametrize(
    "secret",
    [
        "110201543:" + "AA" + "HdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "live_" + "Abc123" * 8,
        "test_" + "0aZ" * 15,
        "AGE-SECRET-KEY-" + "1" + "QPZRY9X8GF" * 6,
        "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEAx1y2z3",
        "AKIA" + "QWERTYUIOPASDFGH",
    ],
)
def test_each_form_is_recognised(secret: str) -> None:
    assert _found(f'SECRET = "{secret}"')


def test_fakes_are_still_used() -> None:
    assert {secret for fake in FAKES for _, secret in _found(f'"{fake}"')} == FAKES
