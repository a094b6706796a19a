"""The entries that a VPN app shows: one for each key, and one with the reason if there is no key to use."""

from dataclasses import dataclass
from uuid import UUID

from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.keys.vpn_apps import Core, accepts
from vpnbot.localization.server_names import server_names
from vpnbot.subscription_page.formats import Form
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.usecases.keys.serve_link import ServedKey

_RESERVED_NAMES = frozenset({"direct", "DIRECT", "REJECT", "PASS"})
"""sing-box and mihomo reject a configuration in which a server has one of these names, or that of a group."""
_NO_KEY = ServedKey(UUID(int=0), Endpoint("127.0.0.1", 1, "A" * 43, "localhost", ""))
"""A valid key that connects to nothing. Apps would leave out an entry that is not valid, and show nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `opens`: it is a key; false for an entry that only shows a reason."""

    name: str
    client_id: UUID
    endpoint: Endpoint
    opens: bool = True


def entries(view: LinkView, core: Core, form: Form) -> tuple[Entry, ...]:
    """Return the entries for an app with this core, at least one.

    Keys that the app or the format cannot use are left out.
    """
    fitting = [key for key in view.served.keys if accepts(key.endpoint, core) and _expressible(key.endpoint, form)]
    named = [_entry(name, key) for name, key in zip(_names(view, fitting), fitting, strict=True)]
    reason = _reason(view, any_fits=bool(fitting))
    return (
        tuple(named) if reason is None else (*named, Entry(reason, _NO_KEY.client_id, _NO_KEY.endpoint, opens=False))
    )


def _expressible(endpoint: Endpoint, form: Form) -> bool:
    """Tell whether a format can express the transport: sing-box has no xhttp, and only some versions of mihomo do."""
    return form is Form.SHARE_LINKS or endpoint.network == "tcp"


def _names(view: LinkView, keys: list[ServedKey]) -> list[str]:
    if view.standing.works:
        taken = {*_RESERVED_NAMES, view.text("page-brand"), view.text("entry-fastest")}
        return list(server_names(view.messages, view.language, [key.endpoint for key in keys], taken))
    name = view.text("entry-telegram")
    return [name if len(keys) == 1 else f"{name} {number}" for number in range(1, len(keys) + 1)]


def _reason(view: LinkView, *, any_fits: bool) -> str | None:
    """Return the name of the entry that says why there is no key to use; None if there is one."""
    if view.served.rejected:
        return view.text("entry-device_limit")
    if view.standing.works:
        if any_fits:
            return None
        return view.text("entry-other_app" if view.served.keys else "entry-no_server")
    return view.text(f"entry-{view.standing_name}")


def _entry(name: str, key: ServedKey) -> Entry:
    return Entry(name, key.client_id, key.endpoint)
