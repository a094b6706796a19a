"""The whole system on one machine: the functions of `template.yaml`, DynamoDB, queues, schedule, fake Telegram."""

import sys
from pathlib import Path

_LAYER = str(Path(__file__).parents[1] / "layers" / "vpnbot")
# The local run imports vpnbot; with this, `python -m local` works without a PYTHONPATH.
if _LAYER not in sys.path:
    sys.path.append(_LAYER)
