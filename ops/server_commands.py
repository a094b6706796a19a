"""The commands `server …`: add, show, change, drain and remove servers."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from typing import Annotated, Any

import typer

from ops.commands_in_text import for_target
from ops.error_exit import exit_on_error
from ops.panel_words import trouble_words
from ops.people import ACTOR, container_of
from ops.servers import details, inbound_line, line, table
from vpnbot.bootstrap import Container
from vpnbot.domain.servers import operator_input
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_address import panel_address
from vpnbot.domain.servers.server import PanelKind, Server, ServerState
from vpnbot.errors import Rejected
from vpnbot.usecases.servers.add_server import add_server
from vpnbot.usecases.servers.change_server import change_server, change_token, drain_server, get_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import identify_panel, probe_panel, refresh_server, with_probed_endpoints
from vpnbot.usecases.servers.remove_server import remove_server

server = typer.Typer(help="Manage the VPN servers.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The server's id in the catalogue.", metavar="ID")]
_ID = r"^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$"
_BAD_INPUT = {
    "country": "the country is a two-letter code: NL, DE, FI",
    "no_country": "no country has this code; the United Kingdom is GB",
    "title": "a name has 1 to 32 characters",
    "same_inbound": "the limited inbound must be another one, or an ended plan would keep full access",
    "token": "a token has no spaces",
    "no_host": "that is not an address; copy it from your browser",
    "bad_port": "the port must be 1-65535",
    "credentials": "leave out the user name and password: only the token is needed",
    "not_https": "the address must begin with https://, or the token would be sent unencrypted",
}


@server.command("list")
def list_(context: typer.Context) -> None:
    """List the servers: keys, whether the panel answers, result of the last reconciliation run."""
    with exit_on_error(context.obj):
        lines = list(table(container_of(context.obj)))
        print(
            for_target("\n".join(lines) or "There are no servers yet: python -m ops server add --help", context.obj)
        )


@server.command()
def show(context: typer.Context, server_id: Id) -> None:
    """Show one server and probe its panel. Exit status 1 when the panel is not healthy."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        known = get_server(container.fleet, server_id)
        (listing,) = [one for one in container.fleet.catalogue.listings() if one.server.id == server_id]
        print(f"{server_id}: {line(listing, container.fleet.catalogue.reconciliation_run(server_id))}")
        print("\n".join(details(known)))
        health = container.fleet.panels.without_breaker(known).health()
        print(f"3x-ui {health.panel_version or '(unknown)'}, Xray {health.core_version or '(unknown)'}")
        problem = health.problem
        words = "The panel is healthy." if problem is None else f"✘ {trouble_words(problem, health.detail)}"
        print(for_target(words, context.obj))
    raise typer.Exit(0 if health.healthy else 1)


@server.command()
def add(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    context: typer.Context,
    server_id: Id,
    address: Annotated[str, typer.Option(help="The panel's address, copied from the browser.")],
    country: Annotated[str, typer.Option(help="Two-letter code: NL, DE, FI.")],
    capacity: Annotated[int, typer.Option(min=1, max=100_000, help="Maximum number of keys.")],
    inbound: Annotated[int, typer.Option(help="The id of the inbound; 0 lists the inbounds.")] = 0,
    limited_inbound: Annotated[
        int, typer.Option(help="The id of the inbound that allows only Telegram; 0: none.")
    ] = 0,
    title: Annotated[str, typer.Option(help="A name to show instead of the country.")] = "",
    trust_certificate: Annotated[
        str, typer.Option(help="The SHA-256 fingerprint of a self-signed certificate.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Skip confirmation.")] = False,
) -> None:
    """Add a server. The panel's token is read from a prompt or from PANEL_TOKEN."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        if any(one.server.id == server_id for one in container.fleet.catalogue.listings(fresh=True)):
            raise Rejected(f"there is a server {server_id} already; choose another id, or change that server")
        candidate = Server(
            _checked_id(server_id),
            title and _parsed(operator_input.title, title),
            _parsed(operator_input.country_code, country),
            PanelKind.THREE_X_UI,
            _parsed(panel_address, address),
            inbound,
            limited_inbound or None,
            trust_certificate or None,
            capacity,
        )
        identify_panel(container.fleet, candidate)  # before a token is asked for
        container.fleet.tokens.put(server_id, _token())
        try:
            added = _added(container, candidate, yes=yes)
        finally:
            _remove_token_unless_added(container, server_id)
    raise typer.Exit(0 if added else 1)


@server.command()
def change(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    context: typer.Context,
    server_id: Id,
    title: Annotated[str | None, typer.Option(help="A name to show; empty: the country.")] = None,
    country: Annotated[str | None, typer.Option(help="Two-letter code.")] = None,
    capacity: Annotated[int | None, typer.Option(min=1, max=100_000, help="Maximum number of keys.")] = None,
    address: Annotated[str | None, typer.Option(help="The panel's address.")] = None,
    inbound: Annotated[int | None, typer.Option(min=1, help="The id of the inbound.")] = None,
    limited_inbound: Annotated[
        int | None, typer.Option(help="The id of the inbound that allows only Telegram; 0: none.")
    ] = None,
    trust_certificate: Annotated[
        str | None, typer.Option(help="The SHA-256 fingerprint to pin; empty: none.")
    ] = None,
    new_token: Annotated[bool, typer.Option("--new-token", help="Ask for a new token too.")] = False,
) -> None:
    """Change the given settings of a server. Keys and links are updated automatically."""
    with exit_on_error(context.obj):
        wanted = {
            "title": title and _parsed(operator_input.title, title),
            "country": country and _parsed(operator_input.country_code, country),
            "capacity": capacity,
            "address": address and _parsed(panel_address, address),
            "inbound_id": inbound,
        }
        given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        if limited_inbound is not None:
            given["limited_inbound_id"] = limited_inbound or None
        if trust_certificate is not None:
            given["certificate_sha256"] = trust_certificate or None
        if not given and not new_token:
            raise Rejected("no setting is given; see python -m ops server change --help")
        container = container_of(context.obj)
        token = _token() if new_token else None
        with _bad_input_in_words():
            changed = change_server(
                container.fleet,
                container.context,
                server_id,
                lambda known: replace(known, **given),
                _cause("change"),
                ACTOR,
                token=token,
            )
        print("\n".join([f"Changed {server_id}:", *details(changed)]))


@server.command()
def token(context: typer.Context, server_id: Id) -> None:
    """Replace a panel's token after checking it with the panel. Read from a prompt or from PANEL_TOKEN."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        change_token(container.fleet, container.context, server_id, _token(), _cause("token"), ACTOR)
        print(f"The panel of {server_id} accepts the token. Running functions use it within a minute.")


@server.command()
def refresh(context: typer.Context, server_id: Id) -> None:
    """Read the inbounds' Reality parameters again. Links change with the next reconciliation run."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        before = get_server(container.fleet, server_id)
        after = refresh_server(container.fleet, container.context, before)
        print("Nothing has changed." if after == before else "Changed:")
        print("\n".join(details(after)))


@server.command()
def drain(context: typer.Context, server_id: Id) -> None:
    """Move all keys to other servers; links stay the same. `server list` shows the progress."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        drain_server(container.fleet, container.context, server_id, _cause("drain"), ACTOR)
        print(f"{server_id} gets no new keys, and its keys are moved. An old key works for one more day.")


@server.command()
def reopen(
    context: typer.Context,
    server_id: Id,
    panel_is_back: Annotated[bool, typer.Option(help="The panel was declared lost, and works again.")] = False,
) -> None:
    """Allow new keys on a drained server again."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        reopen_server(
            container.fleet,
            container.context,
            server_id,
            _cause("reopen"),
            ACTOR,
            seen=ServerState.DECOMMISSIONED if panel_is_back else ServerState.DRAINING,
        )
        print(f"{server_id} gets new keys again.")


@server.command()
def remove(
    context: typer.Context,
    server_id: Id,
    panel_is_gone: Annotated[bool, typer.Option(help="The panel is permanently lost: move all keys now.")] = False,
) -> None:
    """Remove a server without keys, and its token."""
    with exit_on_error(context.obj):
        container = container_of(context.obj)
        gone = remove_server(
            container.fleet,
            container.context,
            server_id,
            _cause("remove"),
            ACTOR,
            panel_is_lost=panel_is_gone,
        )
        print(f"{server_id} is removed." if gone else f"The keys of {server_id} are being moved; then it is removed.")


def _added(container: Container, candidate: Server, *, yes: bool) -> bool:
    """Probe the panel, print the result and add the server; return False when it was not added."""
    examined = probe_panel(container.fleet, candidate)
    candidate = examined.server
    if not candidate.inbound_id:
        print("Choose one of its inbounds with --inbound:")
        print("\n".join(inbound_line(inbound) for inbound in examined.inbounds))
        return False
    seen = with_probed_endpoints(container.fleet, candidate)
    print("\n".join(details(seen)))
    if not yes and not typer.confirm(f"Add {candidate.id} with these settings?", default=True):
        return False
    with _bad_input_in_words():
        add_server(container.fleet, container.context, candidate, _cause("add"), ACTOR)
    print(f"{candidate.id} is added and gets new keys from now on.")
    return True


def _remove_token_unless_added(container: Container, server_id: str) -> None:
    """Remove the token again when the server was not added."""
    if all(one.server.id != server_id for one in container.fleet.catalogue.listings(fresh=True)):
        container.fleet.tokens.remove(server_id)


def _checked_id(server_id: str) -> str:
    if not re.fullmatch(_ID, server_id):
        raise Rejected("a server's id has 1 to 24 letters a-z, digits and dashes")
    return server_id


def _parsed(parse: Callable[[str], str], text: str) -> str:
    with _bad_input_in_words():
        return parse(text)
    raise AssertionError("the text is either parsed or rejected")


@contextmanager
def _bad_input_in_words() -> Iterator[None]:
    try:
        yield
    except BadInput as error:
        raise Rejected(_BAD_INPUT[str(error)]) from error


def _token() -> str:
    given = os.environ.get("PANEL_TOKEN") or typer.prompt("The panel's token (Settings, API tokens)", hide_input=True)
    return _parsed(operator_input.token, str(given))


def _cause(what: str) -> str:
    return f"operator:server_{what}:{token_hex(8)}"
