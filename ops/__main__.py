"""`python -m ops …`: see `ops.commands`."""

import sys

try:
    from ops.commands import cli
except ModuleNotFoundError as error:  # another Python than that of .venv, or packages that an update added
    print(f"✘ the Python package {error.name} is not installed here", file=sys.stderr)
    print("    → run `make setup && source .venv/bin/activate` in the project's folder", file=sys.stderr)
    raise SystemExit(2) from None

if __name__ == "__main__":
    cli(prog_name="python -m ops")
