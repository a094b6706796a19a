"""The port `Panel` for 3x-ui. Only clients are written, never a whole inbound."""

from collections.abc import Mapping, Sequence
from typing import Any

from vpnbot.connections.request_deadline import within
from vpnbot.domain.keys.access import Access, Wanted
from vpnbot.domain.keys.key_ring import Credentials
from vpnbot.domain.keys.share_link import Endpoint
from vpnbot.domain.servers.panel_errors import (
    ACCESS_TROUBLES,
    TOKEN_TROUBLES,
    PanelNotCalled,
    PanelRejected,
    PanelTrouble,
    PanelUnavailable,
)
from vpnbot.domain.servers.server import Health, Inbound, PanelClient, Server, Usage
from vpnbot.errors import Misconfigured
from vpnbot.panels.three_x_ui.client import WantedClient, listed, shown, traffic_of
from vpnbot.panels.three_x_ui.client_writer import ClientWriter
from vpnbot.panels.three_x_ui.endpoint import endpoint_of, usable
from vpnbot.panels.three_x_ui.envelope import EnvelopeRejected
from vpnbot.panels.three_x_ui.fields import mapping, rows, text, whole
from vpnbot.panels.three_x_ui.http import PanelHttp
from vpnbot.panels.three_x_ui.requests import PanelRequests, Tokens
from vpnbot.panels.three_x_ui.versions import core_of, reject_unsupported

CALL_SECONDS = 10.0
"""The longest time for one call of the port with all its requests."""
_NO_ROUTE = "vpnbot/identify"
"""A path of the API that no panel has."""
LARGEST_INBOUND_BYTES = 32_000_000
"""The largest answer with an inbound, which has about 550 bytes for each of its clients."""
LARGEST_LIST_BYTES = 32_000_000
"""The largest list of all clients, unpacked: 870 bytes for each, a tenth of that as it is sent."""


class ThreeXUiPanel:
    """The panel of one 3x-ui server.

    Raises:
        PanelUnavailable: try again later; a client that was created is found then.
        PanelRejected, Misconfigured: the operator has to change something first.
    """

    def __init__(self, server: Server, http: PanelHttp, tokens: Tokens) -> None:
        self._server = server
        self._http = http
        self._requests = PanelRequests(http, tokens, server.token_id)
        self._clients = ClientWriter(self._requests, self._ensure_supported)

    @within(CALL_SECONDS)
    def identify(self) -> None:
        """Check, without the token, that a 3x-ui answers: it asks for a token where it has a route, and only there.

        A server that asks for a password everywhere, such as a proxy, is none (3x-ui, web/controller/api.go).
        """
        self._reject_without_token("server/status", PanelTrouble.WRONG_TOKEN)
        self._reject_without_token(_NO_ROUTE, PanelTrouble.WRONG_PATH)

    def _reject_without_token(self, path: str, expected: PanelTrouble) -> None:
        """Raise PanelRejected unless a request without a token is answered as a 3x-ui answers it."""
        found = "HTTP 200"
        try:
            self._http.get("", path)
        except EnvelopeRejected:
            pass
        except PanelRejected as rejection:
            if rejection.trouble is expected:
                return
            if rejection.trouble not in TOKEN_TROUBLES:
                raise
            found = "HTTP 401" if rejection.trouble is PanelTrouble.WRONG_TOKEN else "HTTP 403"
        raise PanelRejected(PanelTrouble.WEB_PAGE, found)

    @within(CALL_SECONDS)
    def apply(self, credentials: Credentials, access: Access) -> Endpoint | None:
        """Create or change the client of an access; see `ClientWriter.apply`."""
        endpoint = _endpoint_for(self._server, access)
        wanted = WantedClient.of(self._server, credentials, access)
        exists = self._clients.apply(
            wanted,
            may_exist=not access.never_attempted,
            rewrite=access.found_different,
            may_be_absent=access.wanted is not Wanted.ENABLED,
        )
        return endpoint if exists else None

    @within(CALL_SECONDS)
    def remove(self, name: str) -> None:
        """Remove a client; no error if there is no client of this name."""
        self._clients.remove(name)

    @within(CALL_SECONDS)
    def usage(self, name: str) -> Usage | None:
        """Return a client's traffic, or None if the panel has no client of this name."""
        traffic = self._requests.read(f"clients/traffic/{name}")
        return None if traffic is None else Usage(traffic_of(mapping(traffic)))

    @within(CALL_SECONDS)
    def client(self, name: str) -> PanelClient | None:
        """Return a client, or None if the panel has no client of this name."""
        found = self._clients.find(name)
        return None if found is None else shown(found)

    @within(CALL_SECONDS)
    def clients(self) -> Sequence[PanelClient]:
        """Return all clients. Of the panel's lists only this one, which has no pages, tells user id and flow."""
        return [listed(row) for row in rows(self._requests.read("clients/list", largest=LARGEST_LIST_BYTES))]

    @within(CALL_SECONDS)
    def inbounds(self) -> Sequence[Inbound]:
        """Return the inbounds of the server."""
        return tuple(usable(option) for option in self._options())

    @within(CALL_SECONDS)
    def endpoint(self, inbound_id: int) -> Endpoint:
        """Read how an app connects to an inbound.

        Raises:
            PanelRejected: the inbound does not exist or is disabled, or a link cannot describe it.
        """
        status = self._supported_status()
        inbound = self._inbound(inbound_id)
        return endpoint_of(
            inbound,
            self._server.address,
            text(core_of(status).get("version")),
            hosts=rows(self._requests.read(f"hosts/byInbound/{inbound_id}")),
            node_address=self._node_address(inbound_id) if inbound.get("nodeId") else "",
        )

    @within(CALL_SECONDS)
    def core_runs(self) -> bool:
        """Tell whether the VPN core of the server runs."""
        return _runs(core_of(self._supported_status()))

    def health(self) -> Health:
        """Return the health of the server. The server may run although the panel rejects our requests, or starts.

        What is wrong with the server's inbound is only found by `endpoint`, which reads more.

        Raises:
            PanelNotCalled: no request was sent.
        """
        try:
            return self._checked()
        except PanelNotCalled:
            raise
        except PanelUnavailable as error:
            starting = error.trouble is PanelTrouble.CORE_UNKNOWN
            return Health(starting, starting, trouble=error.trouble, detail=error.detail)
        except PanelRejected as error:
            runs = error.trouble in ACCESS_TROUBLES
            return Health(True, runs, trouble=error.trouble, detail=error.detail)

    def _checked(self) -> Health:
        status = self._supported_status()
        core = core_of(status)
        self._requests.read("clients/list/paged", page=1, pageSize=1)
        self._reject_unusable_inbound()
        runs = _runs(core)
        endpoint = self._server.endpoint
        return Health(
            panel_answers=True,
            server_runs=runs,
            accepts_every_app=endpoint is None or endpoint.accepts_every_app,
            limits_devices=self._limits_devices(),
            panel_version=text(status.get("panelVersion")),
            core_version=text(core.get("version")) or None,
            trouble=None if runs else PanelTrouble.CORE_STOPPED,
            detail="" if runs else text(core.get("errorMsg")),
        )

    def _reject_unusable_inbound(self) -> None:
        """Check the server's inbound in the short list of all inbounds: the inbound itself lists all its clients."""
        known, known_id = self._server.endpoint, self._server.inbound_id
        if not known_id:
            return
        options = {whole(option.get("id")): option for option in self._options()}
        option = options.get(known_id)
        if option is None:
            raise PanelRejected(PanelTrouble.NO_INBOUND, str(known_id))
        obstacle = usable(option).obstacle
        if obstacle is not None:
            raise PanelRejected(PanelTrouble(obstacle), text(option.get("remark")))
        if known is not None and known.flow and option.get("tlsFlowCapable") is False:
            self.endpoint(known_id)  # it was changed; this raises if it cannot be used any more

    def _limits_devices(self) -> bool:
        """Tell whether the number of devices of a key is limited: 3x-ui leaves that to fail2ban.

        A panel without this route is taken for one that limits them.
        """
        try:
            return mapping(self._requests.read("server/fail2banStatus")).get("usable") is not False
        except PanelRejected:
            return True

    def _supported_status(self) -> Mapping[str, Any]:
        """Return the status of a panel of a supported version."""
        status = mapping(self._requests.read("server/status"))
        self._http.is_supported = False
        reject_unsupported(status)
        self._http.is_supported = True
        return status

    def _ensure_supported(self) -> None:
        if not self._http.is_supported:
            self._supported_status()

    def _options(self) -> Sequence[Mapping[str, Any]]:
        return rows(self._requests.read("inbounds/options"))

    def _node_address(self, inbound_id: int) -> str:
        addresses = (text(row.get("nodeAddress")) for row in self._options() if row.get("id") == inbound_id)
        return next(addresses, "")

    def _inbound(self, inbound_id: int) -> Mapping[str, Any]:
        try:
            return mapping(self._requests.read(f"inbounds/get/{inbound_id}", largest=LARGEST_INBOUND_BYTES))
        except PanelRejected as rejection:
            if rejection.trouble is PanelTrouble.REFUSED:
                raise PanelRejected(PanelTrouble.NO_INBOUND, str(inbound_id)) from rejection
            raise


def _runs(core: Mapping[str, object]) -> bool:
    """Tell whether Xray runs; right after its start a panel does not know that yet, which is not a trouble."""
    return core.get("state", "running") == "running"


def _endpoint_for(server: Server, access: Access) -> Endpoint | None:
    if access.wanted is Wanted.LIMITED:
        return server.limited_endpoint if server.limited_inbound_id is not None else None
    if server.endpoint is None:
        raise Misconfigured("servers", f"run `python -m ops server refresh {server.id}`: its inbound is not known")
    return server.endpoint
