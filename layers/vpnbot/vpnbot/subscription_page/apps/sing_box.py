"""A subscription as a configuration of sing-box 1.12 and later, for the apps of sing-box.

Sources: sing-box.sagernet.org, configuration and migration. `sing-box check` accepts the result.
"""

import json
from collections.abc import Sequence
from typing import Any

from vpnbot.subscription_page.apps.entries import Entry
from vpnbot.subscription_page.apps.telegram_networks import DOMAINS, NETWORKS

_PROBE = "https://www.gstatic.com/generate_204"
_LOCAL, _REMOTE, _DIRECT = "local", "remote", "direct"


def sing_box(entries: Sequence[Entry], *, chooser: str, fastest: str, only_telegram: bool) -> str:
    """Return the configuration; `chooser` and `fastest` are the names of the two groups of servers.

    If there is no key that carries all traffic, or with `only_telegram`, the rest is sent directly, so that an app
    that is still switched on does not block the connection.
    """
    names = [entry.name for entry in entries]
    usable = [entry.name for entry in entries if entry.opens]
    through = chooser if usable and not only_telegram else _DIRECT
    return json.dumps(
        {
            "log": {"level": "warn"},
            "dns": {
                "servers": [
                    {"type": "https", "tag": _REMOTE, "server": "1.1.1.1", "detour": chooser},
                    {"type": "local", "tag": _LOCAL},
                ],
                "final": _LOCAL if through == _DIRECT else _REMOTE,
                "strategy": "prefer_ipv4",
            },
            "inbounds": [
                {
                    "type": "tun",
                    "tag": "tun",
                    "address": ["172.19.0.1/30", "fdfe:dcba:9876::1/126"],
                    "auto_route": True,
                    "strict_route": True,
                }
            ],
            "outbounds": [
                {"type": "selector", "tag": chooser, "outbounds": [fastest, *names], "default": fastest},
                {"type": "urltest", "tag": fastest, "outbounds": usable or names, "url": _PROBE, "interval": "10m"},
                *(_outbound(entry) for entry in entries),
                {"type": "direct", "tag": _DIRECT},
            ],
            "route": {
                "rules": [
                    {"action": "sniff"},
                    {"protocol": "dns", "action": "hijack-dns"},
                    {"ip_is_private": True, "outbound": _DIRECT},
                    *([_telegram(chooser)] if usable and only_telegram else []),
                ],
                "final": through,
                "auto_detect_interface": True,
                "default_domain_resolver": _LOCAL,
            },
        },
        ensure_ascii=False,
        indent=1,
    )


def _telegram(chooser: str) -> dict[str, Any]:
    return {"domain_suffix": list(DOMAINS), "ip_cidr": list(NETWORKS), "outbound": chooser}


def _outbound(entry: Entry) -> dict[str, Any]:
    endpoint = entry.endpoint
    flow = {"flow": endpoint.flow} if endpoint.flow else {}
    reality = {"enabled": True, "public_key": endpoint.public_key, "short_id": endpoint.short_id}
    return {
        "type": "vless",
        "tag": entry.name,
        "server": endpoint.host,
        "server_port": endpoint.port,
        "uuid": str(entry.client_id),
        **flow,
        "packet_encoding": "xudp",
        "tls": {
            "enabled": True,
            "server_name": endpoint.server_name,
            "utls": {"enabled": True, "fingerprint": endpoint.fingerprint},
            "reality": reality,
        },
    }
