"""The handler of a measured environment: that of the function, and a line with the CPU time before each invocation.

`emulator.py` starts it and reads the lines. INIT ends at the first event: from then on the CPU is limited, if
`BENCHMARK_CPU_GROUP` names the list of members of a control group.
"""

import os
import time
from pathlib import Path
from typing import Any

import app  # type: ignore[import-not-found]  # the function's own folder is the working directory

_figures = os.open(os.environ["BENCHMARK_FIGURES"], os.O_WRONLY | os.O_APPEND)
_groups = [Path(os.environ["BENCHMARK_CPU_GROUP"])] if "BENCHMARK_CPU_GROUP" in os.environ else []


def handler(event: dict[str, Any], context: object) -> Any:
    """Handle an event as the function does."""
    os.write(_figures, b"%d\n" % time.process_time_ns())
    while _groups:
        _groups.pop().write_text(str(os.getpid()))
    return app.handler(event, context)
