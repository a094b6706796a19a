"""The panel port over 3x-ui: add, read back, update where it differs. It never writes a whole inbound."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, may_be_ours
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import (
    CERTIFICATE_TROUBLES,
    TOKEN_TROUBLES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, Server, Usage
from vpnbot.errors import Misconfigured, Retryable
from vpnbot.panels.three_x_ui.client import WantedClient, listed
from vpnbot.panels.three_x_ui.envelope import EnvelopeRejected
from vpnbot.panels.three_x_ui.http import ConnectionBroke, PanelHttp
from vpnbot.panels.three_x_ui.reality import endpoint_of, usable, version_of

OLDEST_VERSION = (3, 1)
"""The first version of 3x-ui with the clients API."""
PAGE_SIZE = 200
"""The panel lists no more clients on a page."""
_GONE = "not found in any inbound"
_CLASHES = ("email already in use", "subId already in use")
_NOT_THERE = "record not found"
_ABOUT_PANEL = (
    CERTIFICATE_TROUBLES
    | TOKEN_TROUBLES
    | {
        PanelTrouble.OLD_PANEL,
        PanelTrouble.WRONG_PATH,
        PanelTrouble.NOT_TLS,
    }
)
"""The panel rejects only us: its server may run, and keys that exist may work."""


class Tokens(Protocol):
    """Where the panels' tokens are stored; `again` reads a token from there again."""

    def get(self, server_id: str, *, again: bool = False) -> str: ...


class ThreeXUiPanel:
    """The panel of one 3x-ui server.

    Raises:
        PanelUnavailable: try again; whatever was done is found then.
        PanelRejected, Misconfigured: the operator has to change something first.
    """

    def __init__(self, server: Server, http: PanelHttp, tokens: Tokens) -> None:
        self._server = server
        self._http = http
        self._tokens = tokens

    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the client be as `access` wants it: add it, read it back, replace it whole where it differs.

        One that may exist is looked for first: panels before 3.5 store a client twice that is added twice.
        """
        endpoint = _shown(self._server, access)
        wanted = WantedClient.of(self._server, credentials, access, endpoint or self._server.endpoint)
        found = None if access.never_attempted else self._known(wanted.name)
        if found is None:
            self._add_once(wanted)
            found = self._read(wanted.name)
        if _as_wanted(wanted, found):
            return endpoint
        self._change(wanted, found)
        found = self._read(wanted.name)
        if not _as_wanted(wanted, found):
            raise PanelRejected(PanelTrouble.NOT_APPLIED, ", ".join(wanted.differences(found)) or "inbounds")
        return endpoint

    def remove(self, name: str) -> None:
        """Remove a client; success too if there is none of this name."""
        try:
            self._post(f"clients/del/{name}")
        except EnvelopeRejected as refusal:
            if _GONE not in str(refusal):
                raise _unexpected(refusal) from refusal

    def usage(self, name: str) -> Usage | None:
        """Return a client's traffic, or None if the panel has no client of this name."""
        traffic = self._get(f"clients/traffic/{name}")
        return None if traffic is None else Usage(int(traffic.get("up") or 0) + int(traffic.get("down") or 0))

    def clients(self, page: int) -> ClientPage:
        """Return one page of all clients; a panel that does not list ours in the order of their names is an error.

        How a panel sorts other people's names, Cyrillic ones for instance, depends on its database.
        """
        found = self._get("clients/list/paged", page=page, pageSize=PAGE_SIZE, sort="email", order="ascend")
        rows = tuple(listed(row) for row in found.get("items") or ())
        names = [row.name for row in rows if may_be_ours(row.name)]
        if names != sorted(names):
            raise PanelRejected(PanelTrouble.BROKEN_ANSWER, "its list of clients is not in order")
        size = int(found.get("pageSize") or PAGE_SIZE)
        return ClientPage(rows, last=page * size >= int(found.get("filtered") or 0))

    def inbounds(self) -> Sequence[Inbound]:
        """Return the inbounds of the server."""
        return tuple(usable(option) for option in self._get("inbounds/options") or ())

    def endpoint(self, inbound_id: int) -> Endpoint:
        """Read how an app reaches an inbound; one that no link can describe is an error."""
        status = self._get("server/status") or {}
        return endpoint_of(self._inbound(inbound_id), self._server.address, _core(status).get("version"))

    def health(self) -> Health:
        """Return how the server is. The server may run although its panel rejects us.

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
            runs = error.trouble in _ABOUT_PANEL
            return Health(True, runs, trouble=error.trouble, detail=error.detail)

    def _checked(self) -> Health:
        status = self._get("server/status") or {}
        core, version = _core(status), status.get("panelVersion")
        if version and version_of(version) < OLDEST_VERSION:
            raise PanelRejected(PanelTrouble.OLD_PANEL, str(version))
        self._get("clients/list/paged", page=1, pageSize=1)
        endpoint = self._endpoint_for_health(core.get("version"))
        # Right after its start a panel does not know the state of Xray yet: that is no trouble.
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
        except PanelRejected as refusal:
            if refusal.trouble is PanelTrouble.REFUSED:
                raise PanelRejected(PanelTrouble.NO_INBOUND, str(inbound_id)) from refusal
            raise

    def _add_once(self, wanted: WantedClient) -> None:
        """Add a client. If the connection breaks it may exist: it is looked for before it is added again."""
        try:
            self._add(wanted)
        except ConnectionBroke:
            if self._known(wanted.name) is None:
                self._add(wanted)

    def _add(self, wanted: WantedClient) -> None:
        try:
            body = {"client": wanted.body, "inboundIds": [wanted.inbound_id]}
            self._call(lambda token: self._http.post(token, "clients/add", body, once=True))
        except EnvelopeRejected as refusal:
            if str(refusal).startswith(_CLASHES):
                raise PanelRejected(PanelTrouble.NAME_CLASH, wanted.name) from refusal
            if _NOT_THERE in str(refusal):
                raise PanelRejected(PanelTrouble.NO_INBOUND, str(wanted.inbound_id)) from refusal
            raise _unexpected(refusal) from refusal

    def _known(self, name: str) -> Any:
        try:
            return self._call(lambda token: self._http.get(token, f"clients/get/{name}"))
        except EnvelopeRejected as refusal:
            if _NOT_THERE in str(refusal):
                return None
            raise _unexpected(refusal) from refusal

    def _read(self, name: str) -> Any:
        found = self._known(name)
        if found is None:
            raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, f"{name} was added and is not there")
        return found

    def _change(self, wanted: WantedClient, found: Any) -> None:
        try:
            if wanted.differences(found):
                self._post(f"clients/update/{wanted.name}", wanted.body)
            if missing := wanted.missing_from(found):
                self._post(f"clients/{wanted.name}/attach", {"inboundIds": missing})
            if extra := wanted.wrongly_in(found):
                self._post(f"clients/{wanted.name}/detach", {"inboundIds": extra})
        except EnvelopeRejected as refusal:
            raise PanelUnavailable(PanelTrouble.BROKEN_ANSWER, str(refusal)) from refusal

    def _get(self, path: str, **query: str | int) -> Any:
        try:
            return self._call(lambda token: self._http.get(token, path, **query))
        except EnvelopeRejected as refusal:
            raise _unexpected(refusal) from refusal

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._call(lambda token: self._http.post(token, path, body))

    def _call(self, request: Callable[[str], Any]) -> Any:
        """Call with the token this process knows; if the panel rejects it, with the one that is stored now."""
        token = self._token()
        try:
            return request(token)
        except PanelRejected as refusal:
            newer = self._token(again=True) if refusal.trouble is PanelTrouble.WRONG_TOKEN else token
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


def _shown(server: Server, access: Access) -> Endpoint | None:
    if access.wanted is Wanted.LIMITED:
        return server.limited_endpoint if server.limited_inbound_id is not None else None
    if server.endpoint is None:
        raise Misconfigured("servers", f"run `python -m ops server refresh {server.id}`: its inbound is not known")
    return server.endpoint


def _as_wanted(wanted: WantedClient, found: Any) -> bool:
    return not (wanted.differences(found) or wanted.missing_from(found) or wanted.wrongly_in(found))


def _core(status: Any) -> dict[str, Any]:
    core = status.get("xray")
    return core if isinstance(core, dict) else {}


def _unexpected(refusal: EnvelopeRejected) -> PanelRejected:
    return PanelRejected(PanelTrouble.REFUSED, str(refusal))
