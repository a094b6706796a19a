"""Add a server in steps: each answer of the operator completes the draft further, which also holds panel troubles.

The panel's token is never in the draft: it is put into the token store at once, under a name of its own, which the
added server keeps.
"""

from dataclasses import replace

from vpnbot.domain.servers.operator_input import token
from vpnbot.domain.servers.panel_address import panel_address, server_id_for
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.domain.servers.server_draft import ServerDraft
from vpnbot.errors import Conflict, Rejected
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.add_server import (
    PanelAlreadyAdded,
    ensure_healthy,
    register_server,
    reject_known_panel,
)
from vpnbot.usecases.servers.inspect_panel import identify_panel, probe_panel, with_probed_endpoints
from vpnbot.usecases.servers.panel_tokens import remove_unused_tokens, token_name


def with_address(fleet: Fleet, draft: ServerDraft, text: str) -> ServerDraft:
    """Return the draft with this panel address, after it was tried without a token: a token is asked for only then.

    Raises:
        BadAddress: the text is not the address of a panel; the code says why.
        PanelAlreadyAdded: a server in the catalogue has this panel.
        Misconfigured: a setting prevents the call to the panel.
        StorageUnavailable: the storage did not answer; try again later.
    """
    address = panel_address(text)
    moved = draft.moved(address)
    reject_known_panel(fleet, address)
    return probe_draft(fleet, moved)


def with_token(fleet: Fleet, draft: ServerDraft, text: str, cause: str) -> ServerDraft:
    """Store the panel's token under the name for this cause, and probe the panel with it.

    Raises:
        BadInput: the text is not a token.
        Misconfigured: there is no token store.
        Retryable: the token store or the storage did not answer.
    """
    given = token(text)
    discard_draft(fleet, draft)
    named = replace(draft, id=token_name(cause), has_token=True)
    fleet.tokens.put(named.id, given)
    return probe_draft(fleet, named)


def with_pinned_certificate(fleet: Fleet, draft: ServerDraft) -> ServerDraft:
    """Pin the certificate that the panel has shown (`ServerDraft.detail`), and probe the panel again.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    return probe_draft(fleet, replace(draft, certificate_sha256=draft.detail))


def probe_draft(fleet: Fleet, draft: ServerDraft) -> ServerDraft:
    """Probe the panel; if it has only one usable inbound, choose that. Without a token, only identify the panel.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    cleared = replace(draft, trouble=None, detail="", inbound_id=0, endpoint=None)
    try:
        if not draft.has_token:
            return replace(cleared, address=identify_panel(fleet, cleared.server).address)
        found = probe_panel(fleet, cleared.server)
    except (PanelUnavailable, PanelRejected) as error:
        return _troubled(draft, error)
    probed = replace(
        cleared,
        address=found.server.address,
        inbounds=tuple(found.inbounds),
        panel_version=found.health.panel_version,
        core_version=found.health.core_version,
        limits_devices=found.health.limits_devices,
    )
    usable = probed.usable_inbounds
    return with_inbound(fleet, probed, usable[0].id) if len(usable) == 1 else probed


def with_inbound(fleet: Fleet, draft: ServerDraft, inbound_id: int) -> ServerDraft:
    """Choose an inbound, and read its endpoint from the panel.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    chosen = replace(draft, trouble=None, detail="", inbound_id=inbound_id)
    try:
        return replace(chosen, endpoint=with_probed_endpoints(fleet, chosen.server).endpoint)
    except (PanelUnavailable, PanelRejected) as error:
        return _troubled(draft, error)


def add_drafted_server(fleet: Fleet, context: Context, draft: ServerDraft, cause: str, actor: str) -> Server:
    """Put the server into the catalogue under the name that its address suggests; its token keeps the draft's name.

    Raises:
        PanelUnavailable, PanelRejected: the panel is not healthy any more; the draft stays valid.
        PanelAlreadyAdded: another operator has added this panel meanwhile.
        Conflict: a server of the same name was added at the same moment; a second attempt gets another name.
        Misconfigured, Retryable: as `with_token`.
    """
    known = [listing.server for listing in fleet.catalogue.listings(fresh=True)]
    added = next((server for server in known if server.token_name == draft.id), None)
    if added is not None:
        return added
    reject_known_panel(fleet, draft.address)
    name = server_id_for(draft.address, draft.country, {server.id for server in known})
    healthy = replace(ensure_healthy(fleet, draft.server), id=name)
    fleet.tokens.put(draft.id, fleet.tokens.get(draft.id))  # it may be so old that it is being swept now
    try:
        return register_server(fleet, context, healthy, cause, actor)
    except PanelAlreadyAdded:
        raise
    except Rejected as taken:
        raise Conflict(f"a server {name} was added at the same moment") from taken


def discard_draft(fleet: Fleet, draft: ServerDraft) -> None:
    """Delete the token of an abandoned draft, unless a server in the catalogue uses it.

    Raises:
        Misconfigured: there is no token store.
    """
    if draft.has_token:
        remove_unused_tokens(fleet, draft.id)


def _troubled(draft: ServerDraft, error: PanelUnavailable | PanelRejected) -> ServerDraft:
    return draft.troubled(error.trouble, error.detail)
