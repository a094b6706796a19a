"""The list that a VPN app shows: a line for every key, and a line that says so when there is none to use."""

from dataclasses import dataclass
from uuid import UUID

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.keys.vpn_apps import Core, accepts
from vpnbot.localization.server_names import server_names
from vpnbot.subscription_page.formats import Form
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.usecases.keys.serve_link import ServedKey

_RESERVED_NAMES = frozenset({"direct", "DIRECT", "REJECT", "PASS"})
"""sing-box and mihomo refuse a configuration in which a server has the name of one of these, or of a group."""
_NO_KEY = ServedKey(UUID(int=0), Endpoint("127.0.0.1", 1, "A" * 43, "localhost", ""))
"""Well formed, but connects to nothing: apps drop a line that they cannot read, and then show nothing at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `opens` tells whether there is a key behind it."""

    name: str
    client_id: UUID
    endpoint: Endpoint
    opens: bool = True


def entries(view: LinkView, core: Core, form: Form) -> tuple[Entry, ...]:
    """Return the lines for an app on this core, at least one."""
    fitting = [key for key in view.served.keys if accepts(key.endpoint, core) and _expressible(key.endpoint, form)]
    named = [_entry(name, key) for name, key in zip(_names(view, fitting), fitting, strict=True)]
    notice = _notice(view, fits=bool(fitting))
    return (
        tuple(named) if notice is None else (*named, Entry(notice, _NO_KEY.client_id, _NO_KEY.endpoint, opens=False))
    )


def _expressible(endpoint: Endpoint, form: Form) -> bool:
    """Whether a form can express the transport: sing-box has no xhttp, and of mihomo not every version has it."""
    return form is Form.SHARE_LINKS or endpoint.network == "tcp"


def _names(view: LinkView, keys: list[ServedKey]) -> list[str]:
    if view.standing.works:
        taken = {*_RESERVED_NAMES, view.text("page-brand"), view.text("entry-fastest")}
        return list(server_names(view.messages, view.language, [key.endpoint for key in keys], taken))
    only = view.text("entry-telegram")
    return [only if len(keys) == 1 else f"{only} {number}" for number in range(1, len(keys) + 1)]


def _notice(view: LinkView, *, fits: bool) -> str | None:
    """Return the name of the line that says why there is no key to use; None when there is one."""
    if view.standing.works:
        return None if fits else view.text("entry-other_app")
    return view.text(f"entry-{view.standing_name}")


def _entry(name: str, key: ServedKey) -> Entry:
    return Entry(name, key.client_id, key.endpoint)
