"""Add a server answer by answer: each one takes the draft a step further, and trouble with its panel is kept in it.

The panel's token never stands in the draft: it goes to the operator's safe at once, under a name of its own, which
the server takes over.
"""

from dataclasses import replace

from vpnbot.domain.servers.operator_input import token
from vpnbot.domain.servers.panel_address import panel_address, server_id_for
from vpnbot.domain.servers.panel_errors import PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server import Server
from vpnbot.domain.servers.server_draft import ServerDraft
from vpnbot.usecases.ports import Context, Fleet
from vpnbot.usecases.servers.add_server import ensure_healthy, new_token_name, register_server, reject_known_panel
from vpnbot.usecases.servers.inspect_panel import probe_panel, with_probed_endpoints


def with_address(fleet: Fleet, draft: ServerDraft, text: str) -> ServerDraft:
    """Return the draft of the panel at this address.

    Raises:
        BadAddress: it is none; the code says why.
        PanelAlreadyAdded: it is a server already.
        StorageUnavailable: try again.
    """
    address = panel_address(text)
    moved = draft.moved(address)
    reject_known_panel(fleet, moved.server)
    return moved


def with_token(fleet: Fleet, context: Context, draft: ServerDraft, text: str) -> ServerDraft:
    """Keep the panel's token, and look at the panel with it.

    Every token gets a name of its own: a process that knows an earlier one would go on using that for a while.

    Raises:
        BadInput: this is no token.
        Misconfigured: there is no safe for tokens.
        Retryable: the safe did not answer.
    """
    given = token(text)
    discard_draft(fleet, draft)
    named = replace(draft, id=new_token_name(context), has_token=True)
    fleet.tokens.put(named.id, given)
    return probe_draft(fleet, named)


def with_pinned_certificate(fleet: Fleet, draft: ServerDraft) -> ServerDraft:
    """Pin the certificate that the panel has shown, and look again.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    return probe_draft(fleet, replace(draft, certificate_sha256=draft.detail))


def probe_draft(fleet: Fleet, draft: ServerDraft) -> ServerDraft:
    """Look at the panel; its only inbound is chosen by itself.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    fresh = replace(draft, trouble=None, detail="", inbound_id=0, endpoint=None)
    try:
        found = probe_panel(fleet, fresh.server)
    except (PanelUnavailable, PanelRejected) as error:
        return _troubled(draft, error)
    examined = replace(
        fresh,
        inbounds=tuple(found.inbounds),
        panel_version=found.health.panel_version,
        core_version=found.health.core_version,
    )
    only = examined.usable_inbounds
    return with_inbound(fleet, examined, only[0].id) if len(only) == 1 else examined


def with_inbound(fleet: Fleet, draft: ServerDraft, inbound_id: int) -> ServerDraft:
    """Choose a way in, and read how it presents itself.

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
        PanelUnavailable, PanelRejected: its panel is not well any more; the draft is as good as before.
        PanelAlreadyAdded: another operator has added it meanwhile.
        Rejected: the name was taken at the same moment; a second attempt gets another name.
        Misconfigured, Retryable: as `with_token`.
    """
    known = [listing.server for listing in fleet.catalogue.listings(fresh=True)]
    done = next((server for server in known if server.token_name == draft.id), None)
    if done is not None:
        return done
    reject_known_panel(fleet, draft.server)
    name = server_id_for(draft.address, draft.country, {server.id for server in known})
    return register_server(fleet, context, replace(ensure_healthy(fleet, draft.server), id=name), cause, actor)


def discard_draft(fleet: Fleet, draft: ServerDraft) -> None:
    """Forget the token of a draft that leads no further; one that has become a server's stays.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    if draft.has_token and all(one.server.token_name != draft.id for one in fleet.catalogue.listings(fresh=True)):
        fleet.tokens.remove(draft.id)


def _troubled(draft: ServerDraft, error: PanelUnavailable | PanelRejected) -> ServerDraft:
    return draft.troubled(error.trouble, error.detail)
