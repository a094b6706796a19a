"""Reads samples of aiogram's models from standard input, and prints what our deferred import makes of each."""

import json
import sys
from importlib import import_module

import vpnbot.telegram as _  # noqa: F401 - prepares the import of aiogram
from tests.unit.aiogram_samples import outcome

if __name__ == "__main__":
    json.dump([outcome(tuple(sample)) for sample in json.load(sys.stdin)], sys.stdout)
    for name in sys.argv[1:]:
        import_module(name)
