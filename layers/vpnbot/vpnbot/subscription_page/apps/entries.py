"""The list that a VPN app shows: a line for every key, and a line that says so when there is none to use."""

from dataclasses import dataclass
from uuid import UUID

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.keys.vpn_apps import Core
from vpnbot.localization.server_names import server_names
from vpnbot.subscription_page.formats import Form
from vpnbot.subscription_page.link_view import LinkView, Standing
from vpnbot.usecases.keys.serve_link import ServedKey

_TURNED_AWAY = frozenset({Core.SING_BOX, Core.MIHOMO})
"""Xray 26.7.11 and later lets these in only where the inbound's `minClientVer` is set."""
_SPOKEN_FOR = frozenset({"direct", "DIRECT", "REJECT", "PASS"})
"""sing-box and mihomo refuse a configuration in which a server has the name of one of these, or of a group."""
_NOBODY = ServedKey(UUID(int=0), Endpoint("127.0.0.1", 1, "A" * 43, "localhost", ""))
"""Leads nowhere, and is well formed: apps drop a line that they cannot read, and then say nothing at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `opens` tells whether anything is behind it."""

    name: str
    client_id: UUID
    endpoint: Endpoint
    opens: bool = True


def entries(opened: LinkView, core: Core, form: Form) -> tuple[Entry, ...]:
    """Return the lines for an app on this core, at least one."""
    fitting = [key for key in opened.served.keys if _lets_in(key.endpoint, core) and _can_say(key.endpoint, form)]
    named = [_entry(name, key) for name, key in zip(_names(opened, fitting), fitting, strict=True)]
    word = _word(opened, has_keys=bool(opened.served.keys), fits=bool(fitting))
    return tuple(named) if word is None else (*named, Entry(word, _NOBODY.client_id, _NOBODY.endpoint, opens=False))


def _lets_in(endpoint: Endpoint, core: Core) -> bool:
    return endpoint.accepts_every_app or core not in _TURNED_AWAY


def _can_say(endpoint: Endpoint, form: Form) -> bool:
    """Whether a form has words for the transport: sing-box knows no xhttp, and of mihomo not every version does."""
    return form is Form.SHARE_LINKS or endpoint.network == "tcp"


def _names(opened: LinkView, keys: list[ServedKey]) -> list[str]:
    if opened.standing.lets_through:
        taken = {*_SPOKEN_FOR, opened.say("page-brand"), opened.say("entry-fastest")}
        return list(server_names(opened.messages, opened.language, [key.endpoint for key in keys], taken))
    only = opened.say("entry-telegram")
    return [only if len(keys) == 1 else f"{only} {number}" for number in range(1, len(keys) + 1)]


def _word(opened: LinkView, *, has_keys: bool, fits: bool) -> str | None:
    if opened.standing.lets_through:
        if fits:
            return None
        return opened.say("entry-other_app") if has_keys else opened.say(f"entry-{Standing.MAKING}")
    return opened.say(f"entry-{opened.standing}")


def _entry(name: str, key: ServedKey) -> Entry:
    return Entry(name, key.client_id, key.endpoint)
