"""Change one thing of a server: its name, country, capacity, its panel's address, token or inbounds."""

from collections.abc import Mapping, Sequence
from functools import reduce

from aiogram.fsm.context import FSMContext

from vpnbot.domain import operator_input
from vpnbot.domain.operator_input import BadInput
from vpnbot.domain.server import Inbound, Listing, Server
from vpnbot.domain.server_field import Field, with_field
from vpnbot.errors import CERTIFICATE_TROUBLES, PanelRefused, PanelUnavailable
from vpnbot.telegram.reply import Reply, Show
from vpnbot.telegram.screen import Screen, phrase
from vpnbot.telegram.servers import changing_screens as screens
from vpnbot.telegram.servers import looking
from vpnbot.telegram.servers.adding import Act
from vpnbot.telegram.servers.deeds import Deed
from vpnbot.telegram.servers.drafting import leave
from vpnbot.telegram.servers.states import Changing
from vpnbot.telegram.servers.words import short_fingerprint, trouble_met
from vpnbot.telegram.visit import Visit
from vpnbot.usecases.add_server import KnownPanel
from vpnbot.usecases.change_server import change_server, change_token

_FROM_THE_PANEL = frozenset({Field.INBOUND, Field.LIMITED})


async def menu(visit: Visit, state: FSMContext, subjects: Sequence[str]) -> Reply:
    """Show what can be changed."""
    await leave(visit, state)
    listing = looking.listing_of(visit, next(iter(subjects), ""))
    return Show(screens.menu(listing)) if listing else looking.everything(visit, phrase("server-unknown"))


async def ask(visit: Visit, state: FSMContext, subjects: Sequence[str]) -> Reply:
    """Ask for one thing."""
    listing, field = _named(visit, subjects)
    if listing is None or field is None:
        return looking.everything(visit, phrase("server-unknown"))
    await state.set_state(Changing.token if field is Field.TOKEN else Changing.typing)
    await state.set_data({"server": listing.server.id, "field": field})
    inbounds: Sequence[Inbound] = ()
    if field in _FROM_THE_PANEL:
        try:
            inbounds = visit.shop.panel.inbounds(listing.server)
        except (PanelUnavailable, PanelRefused) as error:
            return Show(screens.ask(listing, field, problem=trouble_met(error)))
    return Show(screens.ask(listing, field, inbounds))


async def choose(visit: Visit, state: FSMContext, subjects: Sequence[str]) -> Reply:
    """Take what a button offers."""
    listing, field = _named(visit, subjects)
    if listing is None or field is None:
        return looking.everything(visit, phrase("server-unknown"))
    text = next(iter(subjects[2:]), "")
    if field is Field.CERTIFICATE:
        return await _trust(visit, state, listing, text)
    return await _change(visit, state, listing, {field: text})


async def typed(visit: Visit, state: FSMContext, text: str) -> Reply:
    """Take what was typed."""
    known = await state.get_data()
    listing, field = _named(visit, (str(known.get("server")), str(known.get("field"))))
    if listing is None or field is None:
        await leave(visit, state)
        return looking.everything(visit, phrase("server-unknown"))
    if field in _FROM_THE_PANEL:
        return await ask(visit, state, (listing.server.id, field))
    return await _change(visit, state, listing, {field: text})


async def token(visit: Visit, state: FSMContext, text: str) -> Reply:
    """Take a new token, if the panel takes it."""
    listing = looking.listing_of(visit, str((await state.get_data()).get("server")))
    if listing is None:
        await leave(visit, state)
        return looking.everything(visit, phrase("server-unknown"))
    try:
        change_token(visit.shop, listing.server.id, operator_input.token(text))
    except BadInput as error:
        return Show(screens.ask(listing, Field.TOKEN, problem=phrase(f"input-{error}")))
    except (PanelUnavailable, PanelRefused) as error:
        return Show(screens.ask(listing, Field.TOKEN, problem=trouble_met(error)))
    return await _saved(visit, state, listing.server.id)


def current(visit: Visit, data: Mapping[str, object]) -> Screen | None:
    """Return what the conversation asks for; None when there is nothing to ask any more."""
    listing, field = _named(visit, (str(data.get("server")), str(data.get("field"))))
    return screens.ask(listing, field) if listing is not None and field is not None else None


async def _change(visit: Visit, state: FSMContext, listing: Listing, wanted: Mapping[Field, str]) -> Reply:
    """Keep what is wanted; if the panel does not go along with it, say why and ask again."""
    server_id, field = listing.server.id, next(iter(wanted))

    def changed(server: Server) -> Server:
        return reduce(lambda so_far, one: with_field(so_far, *one), wanted.items(), server)

    try:
        change_server(visit.shop, server_id, changed, visit.cause, visit.actor)
    except BadInput as error:
        return Show(screens.ask(listing, field, problem=phrase(f"input-{error}")))
    except KnownPanel:
        return Show(screens.ask(listing, field, problem=phrase("adding-known")))
    except (PanelUnavailable, PanelRefused) as error:
        if error.trouble in CERTIFICATE_TROUBLES and error.detail:
            await state.set_data({"server": server_id, "field": field, "text": wanted[field], "shown": error.detail})
            return Show(screens.certificate(listing, error.trouble, error.detail))
        return Show(screens.ask(listing, field, problem=trouble_met(error)))
    return await _saved(visit, state, server_id)


async def _trust(visit: Visit, state: FSMContext, listing: Listing, short: str) -> Reply:
    """Pin the certificate that was shown, together with the address that was typed, if one was."""
    data, server_id = await state.get_data(), listing.server.id
    if data.get("server") == server_id and short_fingerprint(str(data.get("shown", ""))) == short:
        wanted = {Field(str(data["field"])): str(data["text"]), Field.CERTIFICATE: str(data["shown"])}
        return await _change(visit, state, listing, wanted)
    health = visit.shop.panel.health(listing.server)
    if short_fingerprint(health.detail) != short:
        return looking.one(visit, server_id, phrase("here-is-current"))
    return await _change(visit, state, listing, {Field.CERTIFICATE: health.detail})


async def _saved(visit: Visit, state: FSMContext, server_id: str) -> Reply:
    await leave(visit, state)
    return looking.one(visit, server_id, phrase("change-done"))


def _named(visit: Visit, subjects: Sequence[str]) -> tuple[Listing | None, Field | None]:
    if len(subjects) < 2 or subjects[1] not in set(Field):
        return None, None
    return looking.listing_of(visit, subjects[0]), Field(subjects[1])


DEEDS: Mapping[Deed, Act] = {Deed.CHANGE: menu, Deed.FIELD: ask, Deed.VALUE: choose}
