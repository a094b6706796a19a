"""The recording of a real panel: all its calls in order, with whole bodies."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "recorded" / "2026-11-27-3x-ui-3.6.0.json"


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One request, and what the panel answered; `path` begins with `/panel/api/`."""

    label: str
    method: str
    path: str
    body: Any
    status: int
    answer: Any


def recorded_calls() -> list[RecordedCall]:
    """Return the calls in their order."""
    return [RecordedCall(**call) for call in json.loads(_FILE.read_text(encoding="utf-8"))]


def answer_to(path: str) -> Any:
    """Return `obj` of the panel's first successful answer to a GET of a path below `/panel/api/`.

    Raises:
        StopIteration: the recording has none.
    """
    calls = (call for call in recorded_calls() if (call.method, call.path) == ("GET", f"/panel/api/{path}"))
    return next(call.answer["obj"] for call in calls if call.answer["success"])


def recorded_inbound(inbound_id: int) -> Any:
    """Return an inbound as the panel answered when it was added."""
    added = (call.answer["obj"] for call in recorded_calls() if call.path == "/panel/api/inbounds/add")
    return next(inbound for inbound in added if inbound["id"] == inbound_id)
