"""`python -m ops server …`: servers added, looked at, changed, emptied and removed, and a panel built anew."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from typing import Annotated, Any

import typer

from ops.panel_words import error_words, trouble_words
from ops.people import ACTOR, container_of
from ops.said_plainly import said_plainly
from ops.servers import comparison_lines, details, inbound_line, line, table
from vpnbot.bootstrap import Container
from vpnbot.domain.servers import operator_input
from vpnbot.domain.servers.operator_input import BadInput
from vpnbot.domain.servers.panel_address import panel_address
from vpnbot.domain.servers.server import PanelKind, Server
from vpnbot.errors import Rejected
from vpnbot.usecases.servers.add_server import add_server
from vpnbot.usecases.servers.change_server import change_server, change_token, drain_server, get_server, reopen_server
from vpnbot.usecases.servers.inspect_panel import probe_panel, refresh_server, with_probed_endpoints
from vpnbot.usecases.servers.rebuild_server import compare_server, rebuild_keys
from vpnbot.usecases.servers.remove_server import remove_server

server = typer.Typer(help="The servers that keys are made on.", no_args_is_help=True)

type Id = Annotated[str, typer.Argument(help="The server's name in our catalogue.", metavar="ID")]
_NAME = r"^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$"
_NOT_UNDERSTOOD = {
    "country": "a country has two letters: NL, DE, FI",
    "title": "a name has 1 to 32 characters",
    "same_inbound": "after the end it has to be another inbound, or nobody's VPN would ever end",
    "token": "a token is one word, without spaces",
    "no_host": "this is no address of a panel; copy it from your browser",
    "bad_port": "its port is no number from 1 to 65535",
    "credentials": "leave out the name and password: a token is all we need",
    "not_https": "it has to be https://, or the token would travel open",
}


@server.command("list")
def list_(context: typer.Context) -> None:
    """Show all servers: how full they are, whether their panels answer, what the last round found."""
    with said_plainly():
        lines = list(table(container_of(context.obj)))
        print("\n".join(lines) or f"There are no servers yet: python -m ops {context.obj.options} server add --help")


@server.command()
def show(context: typer.Context, server_id: Id) -> None:
    """Show one server, and how its panel is right now. Exit status 1 when it is not well."""
    with said_plainly():
        container = container_of(context.obj)
        known = get_server(container.fleet, server_id)
        (listing,) = [one for one in container.fleet.catalogue.listings() if one.server.id == server_id]
        print(f"{server_id}: {line(listing, container.fleet.catalogue.round(server_id))}")
        print("\n".join(details(known)))
        health = container.fleet.panels.of(known).health()
        print(f"3x-ui {health.panel_version or '(unknown)'}, Xray {health.core_version or '(unknown)'}")
        problem = health.problem
        print("The panel is well." if problem is None else f"✘ {trouble_words(problem, health.detail)}")
    raise typer.Exit(0 if health.well else 1)


@server.command()
def add(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    context: typer.Context,
    server_id: Id,
    address: Annotated[str, typer.Option(help="The panel's address, as in your browser.")],
    country: Annotated[str, typer.Option(help="Two letters: NL, DE, FI.")],
    capacity: Annotated[int, typer.Option(min=1, max=100_000, help="How many keys it takes.")],
    inbound: Annotated[int, typer.Option(help="Which inbound; 0 shows what there is.")] = 0,
    limited_inbound: Annotated[int, typer.Option(help="Where only Telegram can be reached; 0: none.")] = 0,
    title: Annotated[str, typer.Option(help="A name of your own instead of the country.")] = "",
    trust_certificate: Annotated[str, typer.Option(help="The SHA-256 of a certificate that nobody signed.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Add a server. The panel's token is asked for, or taken from PANEL_TOKEN."""
    with said_plainly():
        container = container_of(context.obj)
        if any(one.server.id == server_id for one in container.fleet.catalogue.listings(fresh=True)):
            raise Rejected(f"there is a server {server_id} already; choose another name, or change that one")
        candidate = Server(
            _checked_name(server_id),
            title and _understood(operator_input.title, title),
            _understood(operator_input.country_code, country),
            PanelKind.THREE_X_UI,
            _understood(panel_address, address),
            inbound,
            limited_inbound or None,
            trust_certificate or None,
            capacity,
        )
        container.fleet.tokens.put(server_id, _token())
        try:
            added = _added(container, candidate, yes=yes)
        finally:
            _forget_unless_added(container, server_id)
    raise typer.Exit(0 if added else 1)


@server.command()
def change(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    context: typer.Context,
    server_id: Id,
    title: Annotated[str | None, typer.Option(help="A name of your own; empty: the country.")] = None,
    country: Annotated[str | None, typer.Option(help="Two letters.")] = None,
    capacity: Annotated[int | None, typer.Option(min=1, max=100_000, help="How many keys it takes.")] = None,
    address: Annotated[str | None, typer.Option(help="The panel's address.")] = None,
    inbound: Annotated[int | None, typer.Option(min=1, help="Which inbound.")] = None,
    limited_inbound: Annotated[int | None, typer.Option(help="Where only Telegram can be reached; 0: none.")] = None,
    trust_certificate: Annotated[str | None, typer.Option(help="The SHA-256 to pin; empty: none.")] = None,
    new_token: Annotated[
        bool, typer.Option("--new-token", help="Ask for its token too, as a new panel has one.")
    ] = False,
) -> None:
    """Change what is given; keys and links follow by themselves."""
    with said_plainly():
        wanted = {
            "title": title and _understood(operator_input.title, title),
            "country": country and _understood(operator_input.country_code, country),
            "capacity": capacity,
            "address": address and _understood(panel_address, address),
            "inbound_id": inbound,
        }
        given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        if limited_inbound is not None:
            given["limited_inbound_id"] = limited_inbound or None
        if trust_certificate is not None:
            given["certificate_sha256"] = trust_certificate or None
        if not given and not new_token:
            raise Rejected("say what to change: python -m ops server change --help")
        container = container_of(context.obj)
        token = _token() if new_token else None
        with _in_words():
            changed = change_server(
                container.fleet,
                container.context,
                server_id,
                lambda known: replace(known, **given),
                _cause("change"),
                ACTOR,
                token=token,
            )
        print("\n".join([f"{server_id} is changed.", *details(changed)]))


@server.command()
def token(context: typer.Context, server_id: Id) -> None:
    """Keep another token for a panel, if the panel takes it. It is asked for, or taken from PANEL_TOKEN."""
    with said_plainly():
        container = container_of(context.obj)
        change_token(container.fleet, container.context, server_id, _token(), _cause("token"), ACTOR)
        print(f"{server_id} takes the token; running functions follow within a minute.")


@server.command()
def refresh(context: typer.Context, server_id: Id) -> None:
    """Read from the panel how its inbounds present themselves; links follow with the next round."""
    with said_plainly():
        container = container_of(context.obj)
        before = get_server(container.fleet, server_id)
        after = refresh_server(container.fleet, container.context, before)
        print("Nothing has changed." if after == before else "It has changed:")
        print("\n".join(details(after)))


@server.command()
def drain(context: typer.Context, server_id: Id) -> None:
    """Move people to other servers, their links unchanged. `server list` shows how far it is."""
    with said_plainly():
        container = container_of(context.obj)
        drain_server(container.fleet, container.context, server_id, _cause("drain"), ACTOR)
        print(f"{server_id} gets no new keys, and people are moved off it: old keys work for a day, then they go.")


@server.command()
def reopen(context: typer.Context, server_id: Id) -> None:
    """Let new keys go to a drained server again."""
    with said_plainly():
        container = container_of(context.obj)
        reopen_server(container.fleet, container.context, server_id, _cause("reopen"), ACTOR)
        print(f"New keys go to {server_id} again.")


@server.command()
def remove(
    context: typer.Context,
    server_id: Id,
    panel_is_gone: Annotated[bool, typer.Option(help="It will never answer again: move people off it now.")] = False,
) -> None:
    """Remove a server that has no keys, and its token."""
    with said_plainly():
        container = container_of(context.obj)
        gone = remove_server(
            container.fleet,
            container.context,
            server_id,
            _cause("remove"),
            ACTOR,
            panel_is_lost=panel_is_gone,
        )
        print(f"{server_id} is removed." if gone else f"People are being moved off {server_id}; then it is removed.")


def rebuild_server(
    context: typer.Context,
    server_id: Id,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, only look.")] = False,
) -> None:
    """Put every key that belongs on a panel onto it, from our records. Looks only, unless told to --apply."""
    with said_plainly():
        container = container_of(context.obj)
        known = (
            refresh_server(container.fleet, container.context, get_server(container.fleet, server_id))
            if apply
            else get_server(container.fleet, server_id)
        )
        found = compare_server(container.fleet, known)
        print("\n".join(comparison_lines(found)))
        if not apply:
            print(f"Nothing was changed. To make {len(found.to_make)} keys, add --apply.")
            return
        failed = 0
        for number, made in enumerate(
            rebuild_keys(container.people, container.fleet, container.context, known, found.to_make), start=1
        ):
            failed += made.error is not None
            if made.error is not None:
                print(f"✘ {made.name}: {error_words(made.error)}")
            if number % 100 == 0:
                print(f"{number} of {len(found.to_make)}", flush=True)
        print(f"{len(found.to_make) - failed} keys are made, {failed} are not; the clock goes on with those.")
    raise typer.Exit(1 if failed else 0)


def _added(container: Container, candidate: Server, *, yes: bool) -> bool:
    """Look at a panel, show what was found, and add the server; False when the operator has to choose first."""
    examined = probe_panel(container.fleet, candidate)
    if not candidate.inbound_id:
        print("Choose one of its inbounds with --inbound:")
        print("\n".join(inbound_line(inbound) for inbound in examined.inbounds))
        return False
    seen = with_probed_endpoints(container.fleet, candidate)
    print("\n".join(details(seen)))
    if not yes and not typer.confirm(f"Add {candidate.id} with this?", default=True):
        return False
    with _in_words():
        add_server(container.fleet, container.context, candidate, _cause("add"), ACTOR)
    print(f"{candidate.id} is added: new keys go there from now on.")
    return True


def _forget_unless_added(container: Container, server_id: str) -> None:
    """Keep no token of a server that did not come to be."""
    if all(one.server.id != server_id for one in container.fleet.catalogue.listings(fresh=True)):
        container.fleet.tokens.remove(server_id)


def _checked_name(server_id: str) -> str:
    if not re.fullmatch(_NAME, server_id):
        raise Rejected("a server's name has 1 to 24 letters a-z, digits and dashes")
    return server_id


def _understood(read: Callable[[str], str], text: str) -> str:
    with _in_words():
        return read(text)
    raise AssertionError("it has been read, or refused")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except BadInput as error:
        raise Rejected(_NOT_UNDERSTOOD[str(error)]) from error


def _token() -> str:
    given = os.environ.get("PANEL_TOKEN") or typer.prompt("The panel's token (Settings, API tokens)", hide_input=True)
    return _understood(operator_input.token, str(given))


def _cause(what: str) -> str:
    return f"operator:server_{what}:{token_hex(8)}"
