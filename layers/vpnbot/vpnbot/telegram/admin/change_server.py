"""Change one field of a server: title, country, capacity, or its panel's address, token or inbounds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from aiogram.fsm.context import FSMContext

from vpnbot.domain.servers import operator_input
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_errors import CERTIFICATE_TROUBLES, TOKEN_TROUBLES, PanelRejected, PanelUnavailable
from vpnbot.domain.servers.server import Listing, Server
from vpnbot.domain.servers.server_field import Field, with_field
from vpnbot.telegram.admin import change_server_screens as screens
from vpnbot.telegram.admin import servers as overview
from vpnbot.telegram.admin.add_server import ActionHandler
from vpnbot.telegram.admin.callbacks import ServerAction
from vpnbot.telegram.admin.draft_state import leave
from vpnbot.telegram.admin.server_phrases import already_added, short_fingerprint, trouble_met
from vpnbot.telegram.admin.states import Changing
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.servers.add_server import PanelAlreadyAdded
from vpnbot.usecases.servers.change_server import change_server

_CHOSEN_FROM_PANEL = frozenset({Field.INBOUND, Field.LIMITED})
_STORED_WITH_TOKEN = frozenset({Field.ADDRESS, Field.CERTIFICATE})
"""A panel that was installed again has a new token too: these fields may be stored together with a new token."""


async def menu(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the fields that can be changed."""
    await leave(context, state)
    listing = overview.listing_of(context, next(iter(arguments), ""))
    return Show(screens.menu(listing)) if listing else overview.everything(context, phrase("server-unknown"))


async def ask(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Ask for the value of one field."""
    listing, field = _named(context, arguments)
    if listing is None or field is None:
        return overview.everything(context, phrase("server-unknown"))
    await state.set_state(Changing.token if field is Field.TOKEN else Changing.typing)
    await state.set_data({"server": listing.server.id, "field": field})
    return Show(_question(context, listing, field))


async def choose(context: UpdateContext, state: FSMContext, arguments: Sequence[str]) -> Reply:
    """Take the value of a button."""
    listing, field = _named(context, arguments)
    if listing is None or field is None:
        return overview.everything(context, phrase("server-unknown"))
    text = next(iter(arguments[2:]), "")
    if field is Field.CERTIFICATE:
        return await _trust(context, state, listing, text)
    return await _change(context, state, listing, {field: text})


async def typed(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take a typed value."""
    known = await state.get_data()
    listing, field = _named(context, (str(known.get("server")), str(known.get("field"))))
    if listing is None or field is None:
        await leave(context, state)
        return overview.everything(context, phrase("server-unknown"))
    if field in _CHOSEN_FROM_PANEL:
        return Show(_question(context, listing, field))
    return await _change(context, state, listing, {field: text})


async def token(context: UpdateContext, state: FSMContext, text: str) -> Reply:
    """Take a new token, and store it with the values that wait for it, if the panel accepts it."""
    known = await state.get_data()
    listing = overview.listing_of(context, str(known.get("server")))
    if listing is None:
        await leave(context, state)
        return overview.everything(context, phrase("server-unknown"))
    try:
        given = operator_input.token(text)
    except BadInput as error:
        return Show(_question(context, listing, Field.TOKEN, phrase(f"input-{error}")))
    waiting = {Field(name): value for name, value in dict(known.get("wanted") or {}).items()}
    return await _change(context, state, listing, waiting, given)


def current(context: UpdateContext, data: Mapping[str, object]) -> Screen | None:
    """Return the present question of a conversation; None if its server is not in the catalogue any more."""
    listing, field = _named(context, (str(data.get("server")), str(data.get("field"))))
    return _question(context, listing, field) if listing is not None and field is not None else None


def _question(context: UpdateContext, listing: Listing, field: Field, problem: Phrase | None = None) -> Screen:
    """Return a question; inbounds to choose from are read from the panel now."""
    if field not in _CHOSEN_FROM_PANEL:
        return screens.ask(listing, field, problem=problem)
    try:
        return screens.ask(listing, field, context.fleet.panels.without_breaker(listing.server).inbounds(), problem)
    except (PanelUnavailable, PanelRejected) as error:
        return screens.ask(listing, field, problem=problem or trouble_met(error))


async def _change(
    context: UpdateContext,
    state: FSMContext,
    listing: Listing,
    wanted: Mapping[Field, str],
    new_token: str | None = None,
) -> Reply:
    """Store the wanted values; if they are not valid or the panel rejects them, show the reason and ask again."""
    server_id, field = listing.server.id, Field.TOKEN if new_token is not None else next(iter(wanted))

    def changed(server: Server) -> Server:
        return reduce(lambda result, item: with_field(result, *item), wanted.items(), server)

    try:
        change_server(context.fleet, context, server_id, changed, context.cause, context.actor, token=new_token)
    except BadInput as error:
        return Show(_question(context, listing, field, phrase(f"input-{error}")))
    except PanelAlreadyAdded as error:
        return Show(_question(context, listing, field, already_added(context, error.added_by)))
    except (PanelUnavailable, PanelRejected) as error:
        if error.trouble in CERTIFICATE_TROUBLES and error.detail:
            await state.set_data({"server": server_id, "field": field, "wanted": wanted, "shown": error.detail})
            return Show(screens.certificate(listing, error.trouble, error.detail))
        if error.trouble in TOKEN_TROUBLES and _STORED_WITH_TOKEN & wanted.keys():
            await state.set_state(Changing.token)
            await state.set_data({"server": server_id, "field": Field.TOKEN, "wanted": wanted})
            with_address = replace(listing, server=changed(listing.server))
            return Show(screens.ask(with_address, Field.TOKEN, problem=trouble_met(error)))
        if field is Field.CERTIFICATE:
            return overview.one(context, server_id, trouble_met(error))
        return Show(_question(context, listing, field, trouble_met(error)))
    return await _saved(context, state, server_id)


async def _trust(context: UpdateContext, state: FSMContext, listing: Listing, short: str) -> Reply:
    """Pin the certificate that was shown, together with the values that wait for it, if there are any."""
    data, server_id = await state.get_data(), listing.server.id
    if data.get("server") == server_id and short_fingerprint(str(data.get("shown", ""))) == short:
        waiting = {Field(name): str(value) for name, value in dict(data["wanted"]).items()}
        return await _change(context, state, listing, {**waiting, Field.CERTIFICATE: str(data["shown"])})
    health = context.fleet.panels.without_breaker(listing.server).health()
    if short_fingerprint(health.detail) != short:
        return overview.one(context, server_id, phrase("here-is-current"))
    return await _change(context, state, listing, {Field.CERTIFICATE: health.detail})


async def _saved(context: UpdateContext, state: FSMContext, server_id: str) -> Reply:
    return await overview.finished(context, state, phrase("change-done"), server_id)


def _named(context: UpdateContext, arguments: Sequence[str]) -> tuple[Listing | None, Field | None]:
    if len(arguments) < 2 or arguments[1] not in set(Field):
        return None, None
    return overview.listing_of(context, arguments[0]), Field(arguments[1])


ACTIONS: Mapping[ServerAction, ActionHandler] = {
    ServerAction.CHANGE: menu,
    ServerAction.FIELD: ask,
    ServerAction.VALUE: choose,
}
