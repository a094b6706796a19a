"""A subscription as a configuration of mihomo (Clash Meta), for FlClash, Clash Verge and other apps.

Source: wiki.metacubex.one, configuration. It is written as JSON, which is valid YAML, so that no name of a server
can break the syntax.
"""

import json
from collections.abc import Sequence
from typing import Any

from vpnbot.subscription_page.apps.entries import Entry
from vpnbot.subscription_page.apps.telegram_networks import DOMAINS, NETWORKS

_PROBE = "https://www.gstatic.com/generate_204"
_DIRECT = "DIRECT"


def clash(entries: Sequence[Entry], *, chooser: str, fastest: str, only_telegram: bool) -> str:
    """Return the configuration; `chooser` and `fastest` are the names of the two groups of servers.

    If there is no key that carries all traffic, or with `only_telegram`, the rest is sent directly, so that an app
    that is still switched on does not block the connection.
    """
    names = [entry.name for entry in entries]
    usable = [entry.name for entry in entries if entry.opens]
    through = chooser if usable and not only_telegram else _DIRECT
    telegram = [f"DOMAIN-SUFFIX,{domain},{chooser}" for domain in DOMAINS]
    telegram += [f"{'IP-CIDR6' if ':' in net else 'IP-CIDR'},{net},{chooser},no-resolve" for net in NETWORKS]
    configuration = {
        "mixed-port": 7890,
        "mode": "rule",
        "ipv6": True,
        "dns": {
            "enable": True,
            "enhanced-mode": "fake-ip",
            "default-nameserver": ["1.1.1.1", "8.8.8.8"],
            "nameserver": ["https://1.1.1.1/dns-query", "https://8.8.8.8/dns-query"],
        },
        "proxies": [_proxy(entry) for entry in entries],
        "proxy-groups": [
            {"name": chooser, "type": "select", "proxies": [fastest, *names]},
            {"name": fastest, "type": "url-test", "proxies": usable or names, "url": _PROBE, "interval": 600},
        ],
        "rules": [
            "IP-CIDR,127.0.0.0/8,DIRECT,no-resolve",
            "IP-CIDR,10.0.0.0/8,DIRECT,no-resolve",
            "IP-CIDR,172.16.0.0/12,DIRECT,no-resolve",
            "IP-CIDR,192.168.0.0/16,DIRECT,no-resolve",
            *(telegram if usable and only_telegram else []),
            f"MATCH,{through}",
        ],
    }
    return json.dumps(configuration, ensure_ascii=False, indent=1)


def _proxy(entry: Entry) -> dict[str, Any]:
    endpoint = entry.endpoint
    flow = {"flow": endpoint.flow} if endpoint.flow else {}
    return {
        "name": entry.name,
        "type": "vless",
        "server": endpoint.host,
        "port": endpoint.port,
        "uuid": str(entry.client_id),
        "network": "tcp",
        "udp": True,
        "tls": True,
        **flow,
        "packet-encoding": "xudp",
        "servername": endpoint.server_name,
        "client-fingerprint": endpoint.fingerprint,
        "reality-opts": {"public-key": endpoint.public_key, "short-id": endpoint.short_id},
    }
