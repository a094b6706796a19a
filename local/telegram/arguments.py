"""The arguments of a Bot API call in any encoding: query, urlencoded, multipart with uploads, or JSON.

As in Telegram's own server, an argument is a JSON value or its text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from local.telegram.errors import bad_request

TRUE_WORDS = {"true", "yes", "1"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent inside a call."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call."""

    values: Mapping[str, object] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether the argument was given."""
        return self.values.get(name) is not None or name in self.uploads

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return (
            value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)
        )

    def integer(self, name: str, default: int = 0) -> int:
        """Return an argument as an integer; the default if it is no integer, as in Telegram's server."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        """Return an argument as a boolean."""
        return self.text(name).lower() in TRUE_WORDS

    def json(self, name: str) -> object:
        """Return an argument that is a JSON value or its text; raise Telegram's 400 for invalid JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error

    def for_log(self) -> dict[str, object]:
        """Return the arguments for the journal: of an upload only its name and size."""
        files = {name: f"{upload.name}, {len(upload.content)} bytes" for name, upload in self.uploads.items()}
        return {**self.values, **files}


async def read_arguments(request: web.Request) -> Arguments:
    """Read the arguments of an HTTP request to the Bot API."""
    values: dict[str, object] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values |= _json_object(await request.read())
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            else:
                values[name] = value if isinstance(value, str) else bytes(value).decode()
    return Arguments(values, uploads)


def _json_object(body: bytes) -> dict[str, object]:
    if not body:
        return {}
    try:
        parsed = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse the request: expected a JSON object") from error
    if not isinstance(parsed, dict):
        raise bad_request("can't parse the request: expected a JSON object")
    return parsed
