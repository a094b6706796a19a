"""The port `Panel` for 3x-ui. Only clients are written, never a whole inbound."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import (
    CERTIFICATE_TROUBLES,
    TOKEN_TROUBLES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, Server, Usage
from vpnbot.errors import Misconfigured, Retryable
from vpnbot.panels.three_x_ui.client import WantedClient, listed, shown
from vpnbot.panels.three_x_ui.envelope import EnvelopeRejected
from vpnbot.panels.three_x_ui.http import ConnectionBroke, PanelHttp
from vpnbot.panels.three_x_ui.reality import endpoint_of, usable, version_of

OLDEST_VERSION = (3, 1)
"""The first version of 3x-ui with the clients API."""
_GONE = "not found in any inbound"
_CLASHES = ("email already in use", "subId already in use")
_NO_RECORD = "record not found"
_ACCESS_TROUBLES = (
    CERTIFICATE_TROUBLES
    | TOKEN_TROUBLES
    | {
        PanelTrouble.OLD_PANEL,
        PanelTrouble.WRONG_PATH,
        PanelTrouble.NOT_TLS,
    }
)
"""Troubles of our access to the panel: its server may run, and existing keys may work."""


class Tokens(Protocol):
    """The store of the panels' tokens; `again` reads a token from the store again."""

    def get(self, server_id: str, *, again: bool = False) -> str: ...


class ThreeXUiPanel:
    """The panel of one 3x-ui server.

    Raises:
        PanelUnavailable: try again later; a client that was created is found then.
        PanelRejected, Misconfigured: the operator has to change something first.
    """

    def __init__(self, server: Server, http: PanelHttp, tokens: Tokens) -> None:
        self._server = server
        self._http = http
        self._tokens = tokens

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Create or change the client: add it, read it back, and update it if it differs from `access`.

        A client that may exist is looked up first, because panels before 3.5 can store the same client twice. One
        that is as wanted, but was listed differently, is written again: that corrects the list.
        """
        endpoint = _endpoint_for(self._server, access)
        wanted = WantedClient.of(self._server, credentials, access)
        found = None if access.never_attempted else self._find(wanted.name)
        added = found is None
        if added:
            self._add_once(wanted)
            found = self._read(wanted.name)
        if _matches(wanted, found) and (added or not access.found_different):
            return endpoint
        self._change(wanted, found)
        found = self._read(wanted.name)
        if not _matches(wanted, found):
            raise PanelRejected(PanelTrouble.NOT_APPLIED, ", ".join(wanted.differences(found)) or "inbounds")
        return endpoint

    def remove(self, name: str) -> None:
        """Remove a client; no error if there is no client of this name."""
        try:
            self._post(f"clients/del/{name}")
        except EnvelopeRejected as rejection:
            if _GONE not in str(rejection):
                raise _unexpected(rejection) from rejection

    def usage(self, name: str) -> Usage | None:
        """Return a client's traffic, or None if the panel has no client of this name."""
        traffic = self._get(f"clients/traffic/{name}")
        return None if traffic is None else Usage(int(traffic.get("up") or 0) + int(traffic.get("down") or 0))

    def client(self, name: str) -> PanelClient | None:
        """Return a client, or None if the panel has no client of this name."""
        found = self._find(name)
        return None if found is None else shown(found)

    def clients(self) -> Sequence[PanelClient]:
        """Return all clients. Of the panel's lists only this one, which has no pages, tells user id and flow."""
        return [listed(row) for row in self._get("clients/list") or ()]

    def inbounds(self) -> Sequence[Inbound]:
        """Return the inbounds of the server."""
        return tuple(usable(option) for option in self._get("inbounds/options") or ())

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Read how an app connects to an inbound.

        Raises:
            PanelRejected: the inbound does not exist or is disabled, or a link cannot describe it.
        """
        status = self._get("server/status") or {}
        return endpoint_of(self._inbound(inbound_id), self._server.address, _core(status).get("version"))

    def health(self) -> Health:
        """Return the health of the server. The server may run although the panel rejects our requests.

        Raises:
            PanelNotCalled: no request was sent.
        """
        try:
            return self._checked()
        except PanelNotCalled:
            raise
        except PanelUnavailable as error:
            return Health(False, False, trouble=error.trouble, detail=error.detail)
        except PanelRejected as error:
            runs = error.trouble in _ACCESS_TROUBLES
            return Health(True, runs, trouble=error.trouble, detail=error.detail)

    def _checked(self) -> Health:
        status = self._get("server/status") or {}
        core, version = _core(status), status.get("panelVersion")
        if version and version_of(version) < OLDEST_VERSION:
            raise PanelRejected(PanelTrouble.OLD_PANEL, str(version))
        self._get("clients/list/paged", page=1, pageSize=1)
        endpoint = self._endpoint_for_health(core.get("version"))
        # Right after its start a panel does not know the state of Xray yet; that is not a trouble.
        runs = core.get("state", "running") == "running"
        return Health(
            panel_answers=True,
            server_runs=runs,
            accepts_every_app=endpoint is None or endpoint.accepts_every_app,
            panel_version=version,
            core_version=core.get("version"),
            trouble=None if runs else PanelTrouble.CORE_STOPPED,
            detail="" if runs else str(core.get("errorMsg") or ""),
        )

    def _endpoint_for_health(self, core_version: str | None) -> Endpoint | None:
        if not self._server.inbound_id:
            return None
        return endpoint_of(self._inbound(self._server.inbound_id), self._server.address, core_version)

    def _inbound(self, inbound_id: int) -> Any:
        try:
            return self._get(f"inbounds/get/{inbound_id}") or {}
        except PanelRejected as rejection:
            if rejection.trouble is PanelTrouble.REFUSED:
                raise PanelRejected(PanelTrouble.NO_INBOUND, str(inbound_id)) from rejection
            raise

    def _add_once(self, wanted: WantedClient) -> None:
        """Add a client. If the connection breaks, look it up before it is added again: it may exist."""
        try:
            self._add(wanted)
        except ConnectionBroke:
            if self._find(wanted.name) is None:
                self._add(wanted)

    def _add(self, wanted: WantedClient) -> None:
        try:
            body = {"client": wanted.body, "inboundIds": [wanted.inbound_id]}
            self._call(lambda token: self._http.post(token, "clients/add", body, once=True))
        except EnvelopeRejected as rejection:
            if str(rejection).startswith(_CLASHES):
                raise PanelRejected(PanelTrouble.NAME_CLASH, wanted.name) from rejection
            if _NO_RECORD in str(rejection):
                raise PanelRejected(PanelTrouble.NO_INBOUND, str(wanted.inbound_id)) from rejection
            raise _unexpected(rejection) from rejection

    def _find(self, name: str) -> Any:
        try:
            return self._call(lambda token: self._http.get(token, f"clients/get/{name}"))
        except EnvelopeRejected as rejection:
            if _NO_RECORD in str(rejection):
                return None
            raise _unexpected(rejection) from rejection

    def _read(self, name: str) -> Any:
        found = self._find(name)
        if found is None:
            raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, f"{name} was added and is missing")
        return found

    def _change(self, wanted: WantedClient, found: Any) -> None:
        try:
            if wanted.differences(found) or _matches(wanted, found):
                self._post(f"clients/update/{wanted.name}", wanted.body)
            if missing := wanted.missing_from(found):
                self._post(f"clients/{wanted.name}/attach", {"inboundIds": missing})
            if extra := wanted.wrongly_in(found):
                self._post(f"clients/{wanted.name}/detach", {"inboundIds": extra})
        except EnvelopeRejected as rejection:
            raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, str(rejection)) from rejection

    def _get(self, path: str, **query: str | int) -> Any:
        try:
            return self._call(lambda token: self._http.get(token, path, **query))
        except EnvelopeRejected as rejection:
            raise _unexpected(rejection) from rejection

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._call(lambda token: self._http.post(token, path, body))

    def _call(self, request: Callable[[str], Any]) -> Any:
        """Call with the cached token; if the panel rejects it, call again with the token that is stored now."""
        token = self._token()
        try:
            return request(token)
        except PanelRejected as rejection:
            newer = self._token(again=True) if rejection.trouble is PanelTrouble.WRONG_TOKEN else token
            if newer == token:
                raise
        return request(newer)

    def _token(self, *, again: bool = False) -> str:
        try:
            return self._tokens.get(self._server.token_id, again=again)
        except Misconfigured as error:
            raise PanelRejected(PanelTrouble.NO_TOKEN, error.setting) from error
        except Retryable as error:
            raise PanelNotCalled(PanelTrouble.TOKEN_UNREADABLE, after=error.after) from error


def _endpoint_for(server: Server, access: Access) -> Endpoint | None:
    if access.wanted is Wanted.LIMITED:
        return server.limited_endpoint if server.limited_inbound_id is not None else None
    if server.endpoint is None:
        raise Misconfigured("servers", f"run `python -m ops server refresh {server.id}`: its inbound is not known")
    return server.endpoint


def _matches(wanted: WantedClient, found: Any) -> bool:
    return not (wanted.differences(found) or wanted.missing_from(found) or wanted.wrongly_in(found))


def _core(status: Any) -> dict[str, Any]:
    core = status.get("xray")
    return core if isinstance(core, dict) else {}


def _unexpected(rejection: EnvelopeRejected) -> PanelRejected:
    return PanelRejected(PanelTrouble.REFUSED, str(rejection))
