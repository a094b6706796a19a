"""The bodies of a panel's answers: the envelope, the messages by language, and the objects as JSON."""

from typing import Any

from local.three_x_ui.state import Client, Inbound

type Json = dict[str, Any]

_WORDS = {
    "en": {
        "wrong": "Something went wrong",
        "obtain": "Obtain",
        "added": "Inbound client(s) have been added.",
        "updated": "Inbound client has been updated.",
        "deleted": "Inbound client has been deleted.",
        "reset": "Traffic has been reset.",
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
    """Return a success, with the field `requestId` of newer panels."""
    message = _WORDS[language][word] if word else ""
    return {"success": True, "msg": message, "obj": obj, "requestId": "f3a1"}


def rejected(reason: str, language: str, word: str = "wrong") -> Json:
    """Return a business error: localised, with the English reason in the last parentheses."""
    return {"success": False, "msg": f"{_WORDS[language][word]} ({reason})", "obj": None}


def client_json(client: Client) -> Json:
    """Return a client as `clients/get` shows it: `id` is a row number there."""
    return {
        "id": client.row,
        "email": client.email,
        "subId": client.sub_id,
        "uuid": client.uuid,
        "password": "",
        "flow": client.flow,
        "security": "",
        "limitIp": client.limit_ip,
        "limitHwid": 0,
        "totalGB": client.total_bytes,
        "expiryTime": client.expiry_ms,
        "enable": client.enable,
        "tgId": client.tg_id,
        "group": "",
        "comment": client.comment,
        "reset": 0,
        "createdAt": client.created_ms,
        "updatedAt": client.updated_ms,
        "reverse": None,
    }


def traffic_json(client: Client) -> Json:
    """Return a client's traffic."""
    return {
        "id": client.row,
        "inboundId": client.inbound_ids[0] if client.inbound_ids else 0,
        "enable": client.enable,
        "email": client.email,
        "uuid": client.uuid,
        "subId": client.sub_id,
        "up": client.up,
        "down": client.down,
        "expiryTime": client.expiry_ms,
        "total": client.total_bytes,
        "reset": 0,
        "lastOnline": 0,
    }


def listed_json(client: Client) -> Json:
    """Return a client as `list` shows it: with its uuid and flow; `inboundIds` is null for a client in no inbound."""
    flow = client.flow if client.listed_flow is None else client.listed_flow
    traffic = traffic_json(client) | {"uuid": "", "subId": ""}
    return client_json(client) | {"flow": flow, "inboundIds": client.inbound_ids or None, "traffic": traffic}


def row_json(client: Client) -> Json:
    """Return a client as `list/paged` shows it: without its uuid, and without a comment that is empty."""
    comment = {"comment": client.comment} if client.comment else {}
    return {
        "email": client.email,
        "subId": client.sub_id,
        "enable": client.enable,
        "totalGB": client.total_bytes,
        "expiryTime": client.expiry_ms,
        "limitIp": client.limit_ip,
        "reset": 0,
        **comment,
        "inboundIds": list(client.inbound_ids),
        "traffic": traffic_json(client),
        "createdAt": client.created_ms,
        "updatedAt": client.updated_ms,
    }


def option_json(inbound: Inbound) -> Json:
    """Return an inbound as `inbounds/options` shows it."""
    share = {"shareAddr": inbound.share_host, "shareAddrStrategy": "custom"} if inbound.share_host else {}
    return {
        "id": inbound.id,
        "remark": inbound.remark,
        "tag": f"in-{inbound.port}-tcp",
        "protocol": inbound.protocol,
        "port": inbound.port,
        "enable": inbound.enable,
        "tlsFlowCapable": inbound.flow_capable,
        "ssMethod": "aes-256-gcm" if inbound.protocol == "shadowsocks" else "",
        "listen": "",
        **share,
    }


def inbound_json(inbound: Inbound) -> Json:
    """Return a complete inbound, as `inbounds/get` shows it."""
    share = {"shareAddr": inbound.share_host, "shareAddrStrategy": "custom"} if inbound.share_host else {}
    return {
        "id": inbound.id,
        "up": 0,
        "down": 0,
        "total": 0,
        "remark": inbound.remark,
        "enable": inbound.enable,
        "expiryTime": 0,
        "clientStats": [],
        "listen": "",
        "port": inbound.port,
        "protocol": inbound.protocol,
        "tag": f"in-{inbound.port}-tcp",
        **share,
        "disableFlow": False,
        "settings": {"clients": [], "decryption": "none", "encryption": "none"},
        "streamSettings": _stream(inbound),
        "sniffing": {"enabled": False},
    }


def _stream(inbound: Inbound) -> Json:
    if not inbound.reality:
        return {"network": inbound.network, "security": "none"}
    least = {"minClientVer": inbound.min_client_ver} if inbound.min_client_ver else {}
    reality = {
        "show": False,
        "xver": 0,
        "target": "127.0.0.1:24444",
        "serverNames": list(inbound.server_names),
        "privateKey": "never-read-by-the-bot",
        "shortIds": list(inbound.short_ids),
        **least,
        "settings": {
            "publicKey": inbound.public_key,
            "fingerprint": "chrome",
            "serverName": "",
            "spiderX": "/",
        },
    }
    stream: Json = {"network": inbound.network, "security": "reality", "realitySettings": reality}
    if inbound.network == "xhttp":
        stream["xhttpSettings"] = {"path": inbound.path, "host": "", "mode": "auto", "xPaddingBytes": "100-1000"}
    else:
        stream["tcpSettings"] = {"acceptProxyProtocol": False, "header": {"type": "none"}}
    return stream
