"""Versions of panels and of Xray, and which apps an inbound accepts by the version that they report."""

import re
from collections.abc import Mapping
from typing import Any

from vpnbot.domain.servers.panel_errors import PanelRejected, PanelTrouble, PanelUnavailable
from vpnbot.panels.three_x_ui.fields import mapping, text

OLDEST_PANEL = (3, 5, 0)
"""The oldest supported version of 3x-ui: 3.3 and 3.4 store a client twice if it is added twice."""
_STRICT_CORE = (26, 7, 11)
"""From this version on, Xray rejects clients with an old version, such as sing-box, unless `minClientVer` is set."""
_SING_BOX = (1, 8, 1)
"""The version that sing-box and mihomo report, whatever theirs is (sing-box, common/tls/reality_client.go)."""
_NUMBERS = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*)(?:[-+ ].*)?", re.ASCII)


def version_of(found: str | None) -> tuple[int, ...]:
    """Return a version such as `v26.7.11-beta` as three comparable numbers; empty if it is unknown."""
    numbers = _NUMBERS.fullmatch((found or "").strip())
    if numbers is None:
        return ()
    parts = [int(part) for part in numbers.group(1)[:40].split(".")][:3]
    return (*parts, *[0] * (3 - len(parts)))


def reject_unsupported(status: Mapping[str, Any]) -> None:
    """Check the version of a panel in `server/status`; a build of a developer has a name instead of numbers.

    Raises:
        PanelRejected: the panel is too old.
        PanelUnavailable: the panel has just started, and does not know its state yet.
    """
    if not status:
        raise PanelUnavailable(PanelTrouble.CORE_UNKNOWN)
    version = text(status.get("panelVersion"))
    if not version or () < version_of(version) < OLDEST_PANEL:
        raise PanelRejected(PanelTrouble.OLD_PANEL, version)


def core_of(status: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the state of Xray from `server/status`; empty right after a start."""
    return mapping(status.get("xray"))


def accepts_every_app(reality: Mapping[str, Any], core_version: str | None) -> bool:
    """Tell whether an inbound also accepts apps without Xray-core.

    Raises:
        PanelUnavailable: `core_version`, that of Xray, is needed and unknown: right after a start.
    """
    least = text(reality.get("minClientVer")).strip()
    if least:
        return version_of(least) <= _SING_BOX
    core = version_of(core_version)
    if not core:
        raise PanelUnavailable(PanelTrouble.CORE_UNKNOWN)
    return core < _STRICT_CORE


def reject_impossible_limits(reality: Mapping[str, Any], core_version: str | None) -> None:
    """Check that the version limits of an inbound accept apps with the Xray-core of its server.

    Raises:
        PanelRejected: they reject it; so they reject the apps that we recommend.
    """
    least, most = (text(reality.get(name)).strip() for name in ("minClientVer", "maxClientVer"))
    core = version_of(core_version) or _STRICT_CORE
    readable = all(version_of(limit) for limit in (least, most) if limit)
    accepted = version_of(least) <= core and (not most or core <= version_of(most))
    if not (readable and accepted):
        raise PanelRejected(PanelTrouble.INBOUND_VERSIONS, f"{least or '…'} – {most or '…'}")
