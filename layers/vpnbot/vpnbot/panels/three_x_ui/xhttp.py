"""The settings of an xhttp inbound as a share link carries them.

The rules are those by which 3x-ui 3.6 makes its own links (MHSanaei/3x-ui, internal/sub/service.go,
`buildXhttpExtra`): settings that only the server reads are left out, and so are the core's own defaults.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from vpnbot.panels.three_x_ui.fields import settings, text

_OBFUSCATION = ("xPaddingKey", "xPaddingHeader", "xPaddingPlacement", "xPaddingMethod")
_TEXTS = (
    "uplinkHTTPMethod",
    "sessionIDPlacement",
    "sessionIDKey",
    "sessionIDTable",
    "sessionIDLength",
    "seqPlacement",
    "seqKey",
    "uplinkDataPlacement",
    "uplinkDataKey",
    "scMaxEachPostBytes",
    "scMinPostsIntervalMs",
)
_DEFAULTS = {"scMaxEachPostBytes": "1000000", "scMinPostsIntervalMs": "30"}
_OLD_NAMES = {"sessionIDPlacement": "sessionPlacement", "sessionIDKey": "sessionKey"}
"""Names that older panels store and older apps read."""


def host_header(xhttp: Mapping[str, Any]) -> str:
    """Return the host of the requests: the setting `host`, otherwise the header of that name."""
    headers = settings(xhttp.get("headers"))
    return text(xhttp.get("host")) or next((text(headers[name]) for name in headers if name.lower() == "host"), "")


def extra_parameter(xhttp: Mapping[str, Any]) -> str:
    """Return the parameter `extra`: a JSON object, or an empty text if there is nothing in it."""
    found = dict([*_padding(xhttp), *_texts(xhttp), *_others(xhttp)])
    return json.dumps(found, separators=(",", ":"), sort_keys=True, ensure_ascii=False) if found else ""


def _padding(xhttp: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    names = ["mode", "xPaddingBytes"]
    if xhttp.get("xPaddingObfsMode") is True:
        yield "xPaddingObfsMode", True
        names += _OBFUSCATION
    yield from ((name, xhttp[name]) for name in names if text(xhttp.get(name)))


def _texts(xhttp: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _TEXTS:
        old_name = _OLD_NAMES.get(name, "")
        value = text(xhttp.get(name)) or text(xhttp.get(old_name))
        if value and value != _DEFAULTS.get(name):
            yield name, value
            if old_name:
                yield old_name, value


def _others(xhttp: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    chunk = xhttp.get("uplinkChunkSize")
    if chunk and isinstance(chunk, str | int | float):
        yield "uplinkChunkSize", chunk
    if xhttp.get("noGRPCHeader") is True:
        yield "noGRPCHeader", True
    for name in ("xmux", "downloadSettings"):
        if xhttp.get(name) and isinstance(xhttp[name], dict | list):
            yield name, xhttp[name]
    headers = {name: value for name, value in settings(xhttp.get("headers")).items() if name.lower() != "host"}
    if headers:
        yield "headers", headers
