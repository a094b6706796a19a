"""The panel's own share links, by its rules (MHSanaei/3x-ui, internal/sub/service.go); VLESS only.

Written apart from the adapter, so that a test can compare the links of both.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, quote_plus

from local.three_x_ui.inbounds import Inbound, external_proxies
from local.three_x_ui.state import Client

_EXTRA_TEXTS = (
    "uplinkHTTPMethod",
    *("sessionIDPlacement", "sessionIDKey", "sessionIDTable", "sessionIDLength"),
    *("seqPlacement", "seqKey"),
    *("uplinkDataPlacement", "uplinkDataKey"),
    *("scMaxEachPostBytes", "scMinPostsIntervalMs"),
)
_EXTRA_OTHERS = ("uplinkChunkSize", "noGRPCHeader", "xmux", "downloadSettings")
_DEFAULTS = {"scMaxEachPostBytes": "1000000", "scMinPostsIntervalMs": "30"}
_PADDING = ("xPaddingKey", "xPaddingHeader", "xPaddingPlacement", "xPaddingMethod")


def links_of(client: Client, inbounds: Mapping[int, Inbound], request_host: str) -> list[str]:
    """Return a client's links as `clients/links` shows them: rows of Hosts are not in them."""
    return [
        _link(client, inbounds[number], *target)
        for number in client.inbound_ids
        if inbounds[number].protocol == "vless"
        for target in _targets(inbounds[number], request_host)
    ]


def _targets(inbound: Inbound, request_host: str) -> list[tuple[str, int]]:
    proxies = external_proxies(inbound.stream)
    if proxies:
        return [(proxy["dest"], proxy["port"]) for proxy in proxies]
    node = inbound.node[1] if inbound.node else ""
    return [((inbound.share_host or node or request_host).strip("[]"), inbound.port)]


def _link(client: Client, inbound: Inbound, host: str, port: int) -> str:
    stream = inbound.stream
    parameters = {"type": stream["network"], "encryption": "none", "security": stream["security"]}
    if stream["security"] == "reality":
        parameters |= _reality(stream["realitySettings"], client.sub_id)
    if stream["network"] == "xhttp":
        parameters |= _xhttp(stream["xhttpSettings"])
    if client.flow and inbound.flow_capable:
        parameters["flow"] = client.flow
    query = "&".join(f"{name}={quote_plus(parameters[name])}" for name in sorted(parameters))
    authority = f"[{host}]" if ":" in host else host
    name = f"{inbound.remark}-{client.email}"
    return f"vless://{client.uuid}@{authority}:{port}?{query}#{quote(name, safe='')}"


def _reality(reality: Mapping[str, Any], sub_id: str) -> dict[str, str]:
    """Return the parameters of Reality; of several names and short ids a panel takes any, this fake the first."""
    shown = reality["settings"]
    spider = sha256(f"{shown['spiderX']}|{sub_id}".encode()).hexdigest()[:15]
    key = {"pqv": shown["mldsa65Verify"]} if shown.get("mldsa65Verify") else {}
    names = {"sni": reality["serverNames"][0], "sid": reality["shortIds"][0]}
    return {"pbk": shown["publicKey"], "fp": shown["fingerprint"], "spx": f"/{spider}", **names, **key}


def _xhttp(xhttp: Mapping[str, Any]) -> dict[str, str]:
    headers = xhttp.get("headers") or {}
    header_host = next((value for name, value in headers.items() if name.lower() == "host"), "")
    parameters = {"path": xhttp.get("path", ""), "host": xhttp.get("host") or header_host}
    if "mode" in xhttp:
        parameters["mode"] = xhttp["mode"]
    if xhttp.get("xPaddingBytes"):
        parameters["x_padding_bytes"] = xhttp["xPaddingBytes"]
    extra = _extra(xhttp)
    if extra:
        parameters["extra"] = json.dumps(extra, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return parameters


def _extra(xhttp: Mapping[str, Any]) -> dict[str, Any]:
    extra = {name: xhttp[name] for name in ("mode", "xPaddingBytes") if xhttp.get(name)}
    if xhttp.get("xPaddingObfsMode"):
        extra["xPaddingObfsMode"] = True
        extra |= {name: xhttp[name] for name in _PADDING if xhttp.get(name)}
    extra |= {name: xhttp[name] for name in _EXTRA_TEXTS if xhttp.get(name) and xhttp[name] != _DEFAULTS.get(name)}
    for old, new in (("sessionPlacement", "sessionIDPlacement"), ("sessionKey", "sessionIDKey")):
        value = extra.get(new) or xhttp.get(old)
        if value:
            extra |= {new: value, old: value}
    extra |= {
        name: xhttp[name]
        for name in ("uplinkChunkSize", "noGRPCHeader", "xmux", "downloadSettings")
        if xhttp.get(name)
    }
    headers = {name: value for name, value in (xhttp.get("headers") or {}).items() if name.lower() != "host"}
    return {**extra, "headers": headers} if headers else extra
