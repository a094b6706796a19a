"""The bodies of a panel's answers: the envelope, the messages by language, and the objects as JSON.

Their shapes are those of a recorded panel (tests/integration/panels/recorded), and a test compares them.
"""

from collections.abc import Sequence
from typing import Any

from local.three_x_ui.inbounds import Inbound
from local.three_x_ui.state import Client

type Json = dict[str, Any]

_WORDS = {
    "en": {
        "": "",
        "wrong": "Something went wrong",
        "obtain": "Obtain",
        "added": "Inbound client(s) have been added.",
        "updated": "Inbound client has been updated.",
        "deleted": "Inbound client has been deleted.",
        "reset": "Traffic has been reset.",
        "inbound-added": "Inbound has been successfully created.",
        "inbound-deleted": "Inbound has been successfully deleted.",
        "host-added": "Host added successfully",
    },
    "ru": {
        "wrong": "Что-то пошло не так (см. журнал)",
        "obtain": "Получить",
        "added": "Клиент(ы) инбаунда добавлены.",
        "updated": "Клиент инбаунда обновлён.",
        "deleted": "Клиент инбаунда удалён.",
        "reset": "Трафик сброшен.",
    },
    "fa": {
        "wrong": "مشکلی پیش آمد",
        "obtain": "دریافت",
        "added": "کلاینت‌ها اضافه شدند.",
        "updated": "کلاینت به‌روزرسانی شد.",
        "deleted": "کلاینت حذف شد.",
        "reset": "ترافیک بازنشانی شد.",
    },
}


def done(obj: Any = None, language: str = "en", word: str | None = None) -> Json:
    """Return a success."""
    return {"success": True, "msg": _message(language, word) if word else "", "obj": obj}


def rejected(reason: str, language: str, word: str = "wrong") -> Json:
    """Return a business error: localised, with the English reason in the last parentheses."""
    return {"success": False, "msg": f"{_message(language, word)} ({reason})", "obj": None}


def client_json(client: Client) -> Json:
    """Return a client as `clients/get` shows it: `id` is a row number there."""
    return {
        "id": client.row,
        "email": client.email,
        "subId": client.sub_id,
        "uuid": client.uuid,
        "password": "",
        "auth": "",
        "flow": client.flow,
        "security": "",
        "privateKey": "",
        "publicKey": "",
        "allowedIPs": "",
        "preSharedKey": "",
        "keepAlive": 0,
        "secret": "",
        "adTag": "",
        "limitIp": client.limit_ip,
        "totalGB": client.total_bytes,
        "expiryTime": client.expiry_ms,
        "enable": client.enable,
        "tgId": client.tg_id,
        "comment": client.comment,
        "reset": 0,
        **client.administrators,
        "createdAt": client.created_ms,
        "updatedAt": client.updated_ms,
        "reverse": None,
    }


def traffic_json(client: Client, *, named: bool = True) -> Json:
    """Return a client's traffic; in the lists (`named` false) without its uuid and subId."""
    return {
        "id": client.row,
        "inboundId": client.counted_in,
        "enable": client.enable,
        "email": client.email,
        "uuid": client.uuid if named else "",
        "subId": client.sub_id if named else "",
        "up": client.up,
        "down": client.down,
        "expiryTime": client.expiry_ms,
        "total": client.total_bytes,
        "reset": 0,
        "resetDay": 0,
        "resetMax": 0,
        "resetCount": 0,
        "lastOnline": 0,
        "lastSubFetch": 0,
    }


def listed_json(client: Client) -> Json:
    """Return a client as `list` shows it: with its uuid and flow; `inboundIds` is null for a client in no inbound."""
    flow = client.flow if client.listed_flow is None else client.listed_flow
    traffic = traffic_json(client, named=False)
    return client_json(client) | {"flow": flow, "inboundIds": list(client.inbound_ids) or None, "traffic": traffic}


def row_json(client: Client) -> Json:
    """Return a client as `list/paged` shows it: without its uuid, and without a comment that is empty."""
    comment = {"comment": client.comment} if client.comment else {}
    shown = client.administrators
    return {
        "email": client.email,
        "subId": client.sub_id,
        "enable": client.enable,
        "totalGB": client.total_bytes,
        "expiryTime": client.expiry_ms,
        "limitIp": client.limit_ip,
        "limitHwid": shown["limitHwid"],
        "reset": 0,
        "resetDay": shown["resetDay"],
        "resetMax": shown["resetMax"],
        **comment,
        "inboundIds": list(client.inbound_ids) or None,
        "traffic": traffic_json(client, named=False),
        "createdAt": client.created_ms,
        "updatedAt": client.updated_ms,
    }


def page_json(shown: Sequence[Client], found: Sequence[Client], total: int, page: int, size: int) -> Json:
    """Return a page of clients with the counts of all that were `found`."""
    off = [client.email for client in found if not client.enable]
    summary = {
        "total": len(found),
        "active": len(found) - len(off),
        "onlineCount": 0,
        "depletedCount": 0,
        "expiringCount": 0,
        "deactiveCount": len(off),
        "online": [],
        "depleted": [],
        "expiring": [],
        "deactive": off,
    }
    counted = {"total": total, "filtered": len(found), "page": page, "pageSize": size}
    return {"items": [row_json(client) for client in shown], **counted, "summary": summary, "groups": []}


def option_json(inbound: Inbound) -> Json:
    """Return an inbound as `inbounds/options` shows it."""
    share = {"shareAddr": inbound.share_host, "shareAddrStrategy": "custom"} if inbound.share_host else {}
    node = {"nodeId": inbound.node[0], "nodeAddress": inbound.node[1]} if inbound.node else {}
    return {
        "id": inbound.id,
        "remark": inbound.remark,
        "tag": f"in-{inbound.port}-tcp",
        "protocol": inbound.protocol,
        "port": inbound.port,
        "enable": inbound.enable,
        "tlsFlowCapable": inbound.flow_capable,
        "ssMethod": "aes-256-gcm" if inbound.protocol == "shadowsocks" else "",
        "listen": inbound.listen,
        **share,
        **node,
    }


def inbound_json(inbound: Inbound, clients: Sequence[Client] | None = ()) -> Json:
    """Return a complete inbound, as `inbounds/get` shows it: with all its clients; None right after it was added."""
    node = {"nodeId": inbound.node[0]} if inbound.node else {}
    return {
        "id": inbound.id,
        "up": 0,
        "down": 0,
        "total": 0,
        "remark": inbound.remark,
        "subSortIndex": 1,
        "enable": inbound.enable,
        "expiryTime": 0,
        "trafficReset": "never",
        "trafficResetDay": 1,
        "lastTrafficResetTime": 0,
        "clientStats": None if clients is None else [traffic_json(client) for client in clients],
        "listen": inbound.listen,
        "port": inbound.port,
        "protocol": inbound.protocol,
        "tag": f"in-{inbound.port}-tcp",
        "shareAddrStrategy": "custom" if inbound.share_host else "node",
        "shareAddr": inbound.share_host or "",
        "disableFlow": False,
        **node,
        "settings": {
            "clients": [_settings_json(client) for client in clients or ()],
            "decryption": "none",
            "encryption": "none",
        },
        "streamSettings": inbound.stream,
        "sniffing": {"enabled": False},
    }


def status_json(version: str | None, xray_state: str, xray_version: str) -> Json:
    """Return the status of a panel; `version` None: a panel that does not report its version."""
    return {
        "cpu": 1.5,
        "cpuCores": 2,
        "logicalPro": 2,
        "cpuSpeedMhz": 2600,
        "mem": {"current": 572084224, "total": 25276063744},
        "swap": {"current": 0, "total": 0},
        "disk": {"current": 34885193728, "total": 270553174016},
        "diskIO": {"read": 332592, "write": 8212},
        "diskTraffic": {"read": 4855051264, "write": 17082245120},
        "xray": {"state": xray_state, "errorMsg": "", "version": xray_version},
        **({"panelVersion": version} if version else {}),
        "panelGuid": "b7b1c6a4-0000-4000-8000-000000000000",
        "uptime": 4117,
        "loads": [0.38, 2.02, 3.83],
        "tcpCount": 15,
        "udpCount": 0,
        "netIO": {"up": 0, "down": 0, "pktUp": 0, "pktDown": 0},
        "netTraffic": {"sent": 0, "recv": 0, "pktSent": 0, "pktRecv": 0},
        "publicIP": {"ipv4": "N/A", "ipv6": "N/A"},
        "appStats": {"threads": 19, "mem": 92463104, "uptime": 27},
    }


def _settings_json(client: Client) -> Json:
    """Return a client as the settings of its inbound list it."""
    return {
        "id": client.uuid,
        "email": client.email,
        "subId": client.sub_id,
        "flow": client.flow,
        "limitIp": client.limit_ip,
        "totalGB": client.total_bytes,
        "expiryTime": client.expiry_ms,
        "enable": client.enable,
        "tgId": client.tg_id,
        "comment": client.comment,
        "reset": 0,
        "created_at": client.created_ms,
        "updated_at": client.updated_ms,
    }


def _message(language: str, word: str) -> str:
    return _WORDS[language].get(word, _WORDS["en"][word])
