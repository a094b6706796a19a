"""The panel port over 3x-ui: add, read back, update where it differs. It never writes a whole inbound."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Protocol

from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials, may_be_ours
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.server import ClientPage, Health, Inbound, Server, Usage
from vpnbot.errors import (
    CERTIFICATE_TROUBLES,
    TOKEN_TROUBLES,
    Misconfigured,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
    Retryable,
)
from vpnbot.panels.three_x_ui.client import WantedClient, listed
from vpnbot.panels.three_x_ui.envelope import EnvelopeRejected
from vpnbot.panels.three_x_ui.http import ConnectionBroke, PanelHttp
from vpnbot.panels.three_x_ui.reality import endpoint_of, usable, version_of
from vpnbot.panels.three_x_ui.troubles import OLDEST_VERSION, rejected, unavailable

PAGE_SIZE = 200
"""The panel lists no more clients at once."""
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
"""With these a panel will not talk to us, and people's keys may well go on working."""


class Tokens(Protocol):
    """Where the panels' tokens are; `again` asks for a fresh look."""

    def get(self, server_id: str, *, again: bool = False) -> str: ...


class ThreeXUi:
    """All 3x-ui panels. Thread-safe: several are asked side by side."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = Lock()
        self._panels: dict[tuple[str, str | None], PanelHttp] = {}

    def ensure(self, server: Server, credentials: Credentials, access: Access) -> Endpoint | None:
        """Make the client be what is wanted: add it, read it back, replace it whole where it differs.

        One that may be there is looked for first: panels before 3.5 note a client twice that is added twice.

        Raises:
            PanelUnavailable: try again; whatever was done is found then.
            PanelRefused, Misconfigured: the operator has to mend something.
        """
        endpoint = _shown(server, access)
        wanted = WantedClient.of(server, credentials, access, endpoint or server.endpoint)
        found = None if access.never_attempted else self._known(server, wanted.name)
        if found is None:
            self._add_once(server, wanted)
            found = self._read(server, wanted.name)
        if _as_wanted(wanted, found):
            return endpoint
        self._change(server, wanted, found)
        found = self._read(server, wanted.name)
        if not _as_wanted(wanted, found):
            raise rejected(PanelTrouble.NOT_APPLIED, ", ".join(wanted.differences(found)) or "inbounds")
        return endpoint

    def remove(self, server: Server, credentials: Credentials) -> None:
        """Make the client be gone; already gone is done.

        Raises:
            As `ensure`.
        """
        self.remove_named(server, credentials.email)

    def remove_named(self, server: Server, name: str) -> None:
        """Make a client be gone by its name.

        Raises:
            As `ensure`.
        """
        try:
            self._post(server, f"clients/del/{name}")
        except EnvelopeRejected as refusal:
            if _GONE not in str(refusal):
                raise _unexpected(refusal) from refusal

    def usage(self, server: Server, credentials: Credentials) -> Usage | None:
        """Return the client's traffic; None when the panel knows no such client.

        Raises:
            As `ensure`.
        """
        traffic = self._get(server, f"clients/traffic/{credentials.email}")
        return None if traffic is None else Usage(int(traffic.get("up") or 0) + int(traffic.get("down") or 0))

    def clients(self, server: Server, page: int) -> ClientPage:
        """Return a slice of all clients, those that may be ours in the order of their names.

        How a panel sorts other people's names, Cyrillic ones for instance, depends on its database.

        Raises:
            As `ensure`; a panel that lists ours in another order is refused.
        """
        found = self._get(server, "clients/list/paged", page=page, pageSize=PAGE_SIZE, sort="email", order="ascend")
        rows = tuple(listed(row) for row in found.get("items") or ())
        names = [row.name for row in rows if may_be_ours(row.name)]
        if names != sorted(names):
            raise rejected(PanelTrouble.BROKEN_ANSWER, "its list of clients is not in order")
        size = int(found.get("pageSize") or PAGE_SIZE)
        return ClientPage(rows, last=page * size >= int(found.get("filtered") or 0))

    def inbounds(self, server: Server) -> Sequence[Inbound]:
        """Return the ways in.

        Raises:
            As `ensure`.
        """
        return tuple(usable(option) for option in self._get(server, "inbounds/options") or ())

    def endpoint(self, server: Server, inbound_id: int) -> Endpoint:
        """Read how an inbound presents itself.

        Raises:
            As `ensure`; also when the inbound is none that we can use.
        """
        status = self._get(server, "server/status") or {}
        return endpoint_of(self._inbound(server, inbound_id), server.address, _core(status).get("version"))

    def health(self, server: Server) -> Health:
        """Return how the server is. A panel that will not talk to us may still have a server that runs.

        Raises:
            PanelResting: nobody was asked.
        """
        try:
            return self._examined(server)
        except PanelNotCalled:
            raise
        except PanelUnavailable as error:
            return Health(False, False, error=str(error), trouble=error.trouble, detail=error.detail)
        except PanelRejected as error:
            runs = error.trouble in _ABOUT_PANEL
            return Health(True, runs, error=str(error), trouble=error.trouble, detail=error.detail)

    def close(self) -> None:
        """Let go of all connections; the next call makes new ones."""
        with self._lock:
            for panel in self._panels.values():
                panel.close()

    def _examined(self, server: Server) -> Health:
        status = self._get(server, "server/status") or {}
        core, version = _core(status), status.get("panelVersion")
        if version and version_of(version) < OLDEST_VERSION:
            raise rejected(PanelTrouble.OLD_PANEL, str(version))
        self._get(server, "clients/list/paged", page=1, pageSize=1)
        endpoint = self._endpoint_for_health(server, core.get("version"))
        # Right after its start a panel knows nothing of Xray yet: that is no sign of trouble.
        runs = core.get("state", "running") == "running"
        return Health(
            panel_answers=True,
            server_runs=runs,
            accepts_every_app=endpoint is None or endpoint.accepts_every_app,
            error=None if runs else str(rejected(PanelTrouble.CORE_STOPPED, str(core.get("errorMsg") or ""))),
            panel_version=version,
            core_version=core.get("version"),
            trouble=None if runs else PanelTrouble.CORE_STOPPED,
        )

    def _endpoint_for_health(self, server: Server, core_version: str | None) -> Endpoint | None:
        if not server.inbound_id:
            return None
        return endpoint_of(self._inbound(server, server.inbound_id), server.address, core_version)

    def _inbound(self, server: Server, inbound_id: int) -> Any:
        try:
            return self._get(server, f"inbounds/get/{inbound_id}") or {}
        except PanelRejected as refusal:
            if refusal.trouble is PanelTrouble.REFUSED:
                raise rejected(PanelTrouble.NO_INBOUND, str(inbound_id)) from refusal
            raise

    def _add_once(self, server: Server, wanted: WantedClient) -> None:
        """Add a client. If the connection breaks it may be there: it is looked for before it is added again."""
        try:
            self._add(server, wanted)
        except ConnectionBroke:
            if self._known(server, wanted.name) is None:
                self._add(server, wanted)

    def _add(self, server: Server, wanted: WantedClient) -> None:
        try:
            body = {"client": wanted.body, "inboundIds": [wanted.inbound_id]}
            self._asked(server, lambda panel, token: panel.post(token, "clients/add", body, once=True))
        except EnvelopeRejected as refusal:
            if str(refusal).startswith(_CLASHES):
                raise rejected(PanelTrouble.NAME_CLASH, wanted.name) from refusal
            if _NOT_THERE in str(refusal):
                raise rejected(PanelTrouble.NO_INBOUND, str(wanted.inbound_id)) from refusal
            raise _unexpected(refusal) from refusal

    def _known(self, server: Server, name: str) -> Any:
        try:
            return self._asked(server, lambda panel, token: panel.get(token, f"clients/get/{name}"))
        except EnvelopeRejected as refusal:
            if _NOT_THERE in str(refusal):
                return None
            raise _unexpected(refusal) from refusal

    def _read(self, server: Server, name: str) -> Any:
        found = self._known(server, name)
        if found is None:
            raise unavailable(PanelTrouble.BROKEN_ANSWER, f"{name} was added and is not there")
        return found

    def _change(self, server: Server, wanted: WantedClient, found: Any) -> None:
        try:
            if wanted.differences(found):
                self._post(server, f"clients/update/{wanted.name}", wanted.body)
            if missing := wanted.missing_from(found):
                self._post(server, f"clients/{wanted.name}/attach", {"inboundIds": missing})
            if extra := wanted.wrongly_in(found):
                self._post(server, f"clients/{wanted.name}/detach", {"inboundIds": extra})
        except EnvelopeRejected as refusal:
            raise unavailable(PanelTrouble.BROKEN_ANSWER, str(refusal)) from refusal

    def _get(self, server: Server, path: str, **query: str | int) -> Any:
        try:
            return self._asked(server, lambda panel, token: panel.get(token, path, **query))
        except EnvelopeRejected as refusal:
            raise _unexpected(refusal) from refusal

    def _post(self, server: Server, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._asked(server, lambda panel, token: panel.post(token, path, body))

    def _asked(self, server: Server, ask: Callable[[PanelHttp, str], Any]) -> Any:
        """Ask with the token we know; if the panel does not accept it, with the one that is stored by now."""
        panel, token = self._panel(server), self._token(server)
        try:
            return ask(panel, token)
        except PanelRejected as refusal:
            newer = self._token(server, again=True) if refusal.trouble is PanelTrouble.WRONG_TOKEN else token
            if newer == token:
                raise
        return ask(panel, newer)

    def _token(self, server: Server, *, again: bool = False) -> str:
        try:
            return self._tokens.get(server.token_id, again=again)
        except Misconfigured as error:
            raise rejected(PanelTrouble.NO_TOKEN, error.setting) from error
        except Retryable as error:
            raise PanelNotCalled("the panel was not asked: its token could not be read", after=error.after) from error

    def _panel(self, server: Server) -> PanelHttp:
        where = (server.address, server.certificate_sha256)
        with self._lock:
            if where not in self._panels:
                self._panels[where] = PanelHttp(*where)
            return self._panels[where]


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
    return rejected(PanelTrouble.REFUSED, str(refusal))
