"""What can be wrong with a panel, in words for an operator, each with what to do about it."""

from vpnbot.errors import PanelRejected, PanelTrouble, PanelUnavailable

OLDEST_VERSION = (3, 1)

_WORDS = {
    PanelTrouble.OLD_PANEL: "the panel does not know the clients API; update 3x-ui to 3.1 or later",
    PanelTrouble.WRONG_TOKEN: "the panel does not accept the token; make a new one under Settings, API tokens",
    PanelTrouble.NO_TOKEN: "no token is kept for the panel; run `python -m ops server token`",
    PanelTrouble.WRONG_PATH: "no 3x-ui panel answers at this address; check the base path at the end of it",
    PanelTrouble.NO_SCOPE: "the token may not do this; make one with the scope admin",
    PanelTrouble.NO_INBOUND: "the panel has no such inbound any more; choose another one for this server",
    PanelTrouble.INBOUND_UNUSABLE: "the inbound is not VLESS with Reality; choose one that is",
    PanelTrouble.INBOUND_OFF: "the inbound is switched off; switch it on in the panel",
    PanelTrouble.SELF_SIGNED: "nobody has signed for the panel's certificate; pin it if this is its fingerprint",
    PanelTrouble.CERTIFICATE_INVALID: "the panel's certificate is not valid for this address; renew it, or pin it",
    PanelTrouble.CERTIFICATE_CHANGED: "the panel shows another certificate than the pinned one; pin it if it is new",
    PanelTrouble.NOT_TLS: "the panel does not speak https at this port; check the port, or use http:// in a demo",
    PanelTrouble.UNKNOWN_HOST: "the panel's host name is not known; check the address",
    PanelTrouble.REFUSED_CONNECTION: "nothing answers at the panel's port; is the panel running, and the port open?",
    PanelTrouble.TIMED_OUT: "the panel did not answer in time",
    PanelTrouble.CORE_STOPPED: "Xray does not run on the server; start it in the panel",
    PanelTrouble.NAME_CLASH: "a client of this name that is not ours is in the way; remove it in the panel",
    PanelTrouble.NOT_APPLIED: "the panel has taken the client and keeps it otherwise",
    PanelTrouble.BROKEN_ANSWER: "the panel's answer makes no sense",
    PanelTrouble.REFUSED: "the panel refuses",
}


def rejected(trouble: PanelTrouble, detail: str = "") -> PanelRejected:
    """Return the error for something that only the operator can mend."""
    return PanelRejected(_said(trouble, detail), trouble=trouble, detail=detail)


def unavailable(trouble: PanelTrouble, detail: str = "") -> PanelUnavailable:
    """Return the error for something that may pass by itself."""
    return PanelUnavailable(_said(trouble, detail), trouble=trouble, detail=detail)


def _said(trouble: PanelTrouble, detail: str) -> str:
    return f"{_WORDS[trouble]} ({detail})" if detail else _WORDS[trouble]
