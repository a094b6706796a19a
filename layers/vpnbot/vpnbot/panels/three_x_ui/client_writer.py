"""Brings one client of a panel to the state that is wanted of it."""

from collections.abc import Callable, Mapping
from typing import Any

from vpnbot.domain.servers.panel_errors import CLIENT_TROUBLES, PanelRejected, PanelTrouble
from vpnbot.panels.three_x_ui.client import WantedClient
from vpnbot.panels.three_x_ui.envelope import EnvelopeRejected
from vpnbot.panels.three_x_ui.fields import mapping, rows, whole
from vpnbot.panels.three_x_ui.http import ConnectionBroke
from vpnbot.panels.three_x_ui.requests import PanelRequests, unexpected

_GONE = "not found in any inbound"
_CLASHES = ("email already in use", "subId already in use", "Duplicate email", "Duplicate subId")
_NO_RECORD = "record not found"


class ClientWriter:
    """Finds, adds, changes and removes clients. Only clients are written, never a whole inbound.

    `ensure_supported` rejects a panel whose version is not supported; it is called before a client is added.

    Raises:
        PanelUnavailable: try again later; a client that was created is found then.
        PanelRejected: the panel refuses; with one of `CLIENT_TROUBLES` it refuses only this client.
    """

    def __init__(self, requests: PanelRequests, ensure_supported: Callable[[], None]) -> None:
        self._requests = requests
        self._ensure_supported = ensure_supported

    def apply(self, wanted: WantedClient, *, may_exist: bool, rewrite: bool, may_be_absent: bool) -> bool:
        """Add the client, read it back, and update it if it differs; return whether the panel has it then.

        A client that may exist is looked up first, because an add does not change one that exists. With `rewrite` one
        that is as wanted is written again. If the panel refuses to change a client that `may_be_absent`, because its
        access has ended, the client is removed, so that no app keeps its access.
        """
        try:
            self._apply(wanted, may_exist=may_exist, rewrite=rewrite)
        except PanelRejected as rejection:
            if not may_be_absent or rejection.trouble not in CLIENT_TROUBLES:
                raise
            if rejection.trouble is not PanelTrouble.NAME_CLASH:  # the client in the way is not ours
                self.remove(wanted.name)
            return False
        return True

    def find(self, name: str) -> Mapping[str, Any] | None:
        """Return the panel's answer about a client; None if there is no client of this name."""
        try:
            return mapping(self._requests.get(f"clients/get/{name}"))
        except EnvelopeRejected as rejection:
            if _NO_RECORD in str(rejection):
                return None
            raise unexpected(rejection) from rejection

    def remove(self, name: str) -> None:
        """Remove a client; no error if there is no client of this name."""
        try:
            self._requests.post(f"clients/del/{name}")
        except EnvelopeRejected as rejection:
            if _GONE not in str(rejection):
                raise unexpected(rejection) from rejection

    def _apply(self, wanted: WantedClient, *, may_exist: bool, rewrite: bool) -> None:
        found = self.find(wanted.name) if may_exist else None
        added = found is None
        if found is None:
            found = self._added(wanted)
        if _matches(wanted, found) and (added or not rewrite):
            return
        try:
            self._change(wanted, found)
            found = self._read(wanted.name)
        except EnvelopeRejected as rejection:
            if _NO_RECORD not in str(rejection):
                raise unexpected(rejection) from rejection
            # The panel shows the client and cannot change it, because a part of its record is lost.
            self.remove(wanted.name)
            found = self._added(wanted)
        if not _matches(wanted, found):
            raise PanelRejected(PanelTrouble.NOT_APPLIED, ", ".join(wanted.differences(found)) or "inbounds")

    def _added(self, wanted: WantedClient) -> Mapping[str, Any]:
        """Add a client and read it. If the connection breaks, look it up before it is added again: it may exist."""
        try:
            self._add(wanted)
        except ConnectionBroke:
            if self.find(wanted.name) is None:
                self._add(wanted)
        return self._read(wanted.name)

    def _add(self, wanted: WantedClient) -> None:
        self._ensure_supported()
        try:
            body = {"client": wanted.body, "inboundIds": [wanted.inbound_id]}
            self._requests.post("clients/add", body, once=True)
        except EnvelopeRejected as rejection:
            if str(rejection).startswith(_CLASHES):
                raise PanelRejected(PanelTrouble.NAME_CLASH, wanted.name) from rejection
            if _NO_RECORD in str(rejection) and not self._has_inbound(wanted.inbound_id):
                raise PanelRejected(PanelTrouble.NO_INBOUND, str(wanted.inbound_id)) from rejection
            raise unexpected(rejection) from rejection

    def _has_inbound(self, inbound_id: int) -> bool:
        options = rows(self._requests.read("inbounds/options"))
        return inbound_id in {whole(option.get("id")) for option in options}

    def _read(self, name: str) -> Mapping[str, Any]:
        found = self.find(name)
        if found is None:
            raise PanelRejected(PanelTrouble.NOT_APPLIED, "it is missing after it was added")
        return found

    def _change(self, wanted: WantedClient, found: Mapping[str, Any]) -> None:
        if wanted.differences(found) or _matches(wanted, found):
            self._requests.post(f"clients/update/{wanted.name}", wanted.body_over(found))
        if missing := wanted.missing_from(found):
            self._requests.post(f"clients/{wanted.name}/attach", {"inboundIds": missing})
        if extra := wanted.wrongly_in(found):
            self._requests.post(f"clients/{wanted.name}/detach", {"inboundIds": extra})


def _matches(wanted: WantedClient, found: Mapping[str, Any]) -> bool:
    return not (wanted.differences(found) or wanted.missing_from(found) or wanted.wrongly_in(found))
