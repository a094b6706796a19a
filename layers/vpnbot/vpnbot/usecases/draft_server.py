"""Add a server answer by answer: each one takes the draft a step further, and trouble with its panel is kept in it.

The panel's token never stands in the draft: it goes to the operator's safe at once, under a name of its own, and
under the server's when it is added.
"""

from contextlib import suppress
from dataclasses import replace

from vpnbot.domain.operator_input import token
from vpnbot.domain.panel_address import panel_address, server_id_for
from vpnbot.domain.server import Server
from vpnbot.domain.server_draft import ServerDraft
from vpnbot.errors import Misconfigured, PanelRefused, PanelTrouble, PanelUnavailable
from vpnbot.usecases.add_server import enrolled, found_well, refuse_known_panel
from vpnbot.usecases.examine_panel import examine_panel
from vpnbot.usecases.ports import Shop
from vpnbot.usecases.refresh_server import looked_at

_NAME_CHARACTERS = 8


def with_address(shop: Shop, draft: ServerDraft, text: str) -> ServerDraft:
    """Return the draft of the panel at this address.

    Raises:
        BadAddress: it is none; the code says why.
        KnownPanel: it is a server already.
        StorageUnavailable: try again.
    """
    address = panel_address(text)
    moved = draft.moved(address)
    refuse_known_panel(shop, moved.server)
    return moved


def with_token(shop: Shop, draft: ServerDraft, text: str) -> ServerDraft:
    """Keep the panel's token, and look at the panel with it.

    Every token gets a name of its own: a process that knows an earlier one would go on using that for a while.

    Raises:
        BadInput: this is no token.
        Misconfigured: there is no safe for tokens.
        Retryable: the safe did not answer.
    """
    given = token(text)
    drop(shop, draft)
    named = replace(draft, id=new_name(shop), has_token=True)
    shop.tokens.put(named.id, given)
    return looked(shop, named)


def trusting(shop: Shop, draft: ServerDraft) -> ServerDraft:
    """Pin the certificate that the panel has shown, and look again.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    return looked(shop, replace(draft, certificate_sha256=draft.detail))


def looked(shop: Shop, draft: ServerDraft) -> ServerDraft:
    """Look at the panel; its only inbound is chosen by itself.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    fresh = replace(draft, trouble=None, detail="", inbound_id=0, endpoint=None)
    try:
        found = examine_panel(shop, fresh.server)
    except (PanelUnavailable, PanelRefused) as error:
        return _troubled(draft, error)
    examined = replace(
        fresh,
        inbounds=tuple(found.inbounds),
        panel_version=found.health.panel_version,
        core_version=found.health.core_version,
    )
    only = examined.usable_inbounds
    return with_inbound(shop, examined, only[0].id) if len(only) == 1 else examined


def with_inbound(shop: Shop, draft: ServerDraft, inbound_id: int) -> ServerDraft:
    """Choose a way in, and read how it presents itself.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    chosen = replace(draft, trouble=None, detail="", inbound_id=inbound_id)
    try:
        return replace(chosen, endpoint=looked_at(shop, chosen.server).endpoint)
    except (PanelUnavailable, PanelRefused) as error:
        return _troubled(draft, error)


def added(shop: Shop, draft: ServerDraft, cause: str, actor: str) -> Server:
    """Put the server into the catalogue under the name that its address suggests, then its token under that name.

    Done twice it is done once: a panel is one server, whatever was interrupted between these two steps.

    Raises:
        PanelUnavailable, PanelRefused: its panel is not well any more; the draft is as good as before.
        Rejected: somebody else has taken the name at this moment; asked again, it gets another.
        Misconfigured, Retryable: as `with_token`.
    """
    known = [listing.server for listing in shop.servers.listings(fresh=True)]
    server = next((server for server in known if server.address == draft.address), None)
    if server is None:
        name = server_id_for(draft.address, draft.country, {server.id for server in known})
        server = enrolled(shop, replace(found_well(shop, draft.server), id=name), cause, actor)
    with suppress(Misconfigured):  # this token has been moved before
        shop.tokens.put(server.id, shop.tokens.get(draft.id))
    drop(shop, draft)
    return server


def drop(shop: Shop, draft: ServerDraft) -> None:
    """Forget the token of a draft that leads no further.

    Raises:
        Misconfigured, Retryable: as `with_token`.
    """
    if draft.has_token:
        shop.tokens.remove(draft.id)


def new_name(shop: Shop) -> str:
    """Return a name for a token that nobody has used before."""
    return f"draft-{shop.new_seed()[:_NAME_CHARACTERS]}"


def _troubled(draft: ServerDraft, error: PanelUnavailable | PanelRefused) -> ServerDraft:
    return draft.troubled(error.trouble or PanelTrouble.TIMED_OUT, error.detail)
