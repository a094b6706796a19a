"""Commands in messages name the deployment that they are about, so that nobody runs them for another one."""

import re

from ops.deployment import Target

_WITHOUT_OPTIONS = re.compile(r"python -m ops (?=[a-z])")


def for_target(text: object, target: Target) -> str:
    """Return a text with the options of the deployment in each `python -m ops` command that has none."""
    return _WITHOUT_OPTIONS.sub(f"python -m ops {target.options} ", str(text))
