"""The troubles of a panel, as codes, and the errors that have such a code.

The message `trouble-<code>` in `locales/*/servers.ftl` says what is wrong and what the operator can do about it. The
text of an error itself is only for the log: the code, and the detail in parentheses.
"""

from datetime import timedelta
from enum import StrEnum

from vpnbot.errors import Misconfigured, Rejected, Retryable


class PanelTrouble(StrEnum):
    """What is wrong with a panel. Each kind of panel uses some of these codes."""

    OLD_PANEL = "old_panel"
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - a name, not a token
    NO_TOKEN = "no_token"  # noqa: S105 - a name, not a token
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105 - a name, not a token
    SERVER_UNREADABLE = "server_unreadable"
    WRONG_PATH = "wrong_path"
    NO_SCOPE = "no_scope"
    NO_INBOUND = "no_inbound"
    INBOUND_UNUSABLE = "inbound_unusable"
    INBOUND_OFF = "inbound_off"
    INBOUND_TRANSPORT = "inbound_transport"
    INBOUND_SECURITY = "inbound_security"
    INBOUND_ENCRYPTION = "inbound_encryption"
    INBOUND_HEADER = "inbound_header"
    INBOUND_MASK = "inbound_mask"
    INBOUND_PROXY_PROTOCOL = "inbound_proxy_protocol"
    INBOUND_VERSIONS = "inbound_versions"
    INBOUND_ADDRESS = "inbound_address"
    SELF_SIGNED = "self_signed"
    CERTIFICATE_INVALID = "certificate_invalid"
    CERTIFICATE_CHANGED = "certificate_changed"
    NOT_TLS = "not_tls"
    NEEDS_HTTPS = "needs_https"
    WEB_PAGE = "web_page"
    UNKNOWN_HOST = "unknown_host"
    PRIVATE_ADDRESS = "private_address"
    REFUSED_CONNECTION = "refused_connection"
    TIMED_OUT = "timed_out"
    CORE_STOPPED = "core_stopped"
    CORE_UNKNOWN = "core_unknown"
    NAME_CLASH = "name_clash"
    NOT_APPLIED = "not_applied"
    BROKEN_ANSWER = "broken_answer"
    REFUSED = "refused"


CERTIFICATE_TROUBLES = frozenset(
    {PanelTrouble.SELF_SIGNED, PanelTrouble.CERTIFICATE_INVALID, PanelTrouble.CERTIFICATE_CHANGED}
)
"""Solved by pinning the certificate; the detail of such a trouble is the certificate's SHA-256 fingerprint."""


TOKEN_TROUBLES = frozenset({PanelTrouble.WRONG_TOKEN, PanelTrouble.NO_SCOPE, PanelTrouble.NO_TOKEN})
"""Solved by another token."""

ACCESS_TROUBLES = (
    CERTIFICATE_TROUBLES
    | TOKEN_TROUBLES
    | {
        PanelTrouble.OLD_PANEL,
        PanelTrouble.WRONG_PATH,
        PanelTrouble.NOT_TLS,
        PanelTrouble.NEEDS_HTTPS,
        PanelTrouble.WEB_PAGE,
    }
)
"""Troubles of our access to the panel: its server may run, and existing keys may work."""

INBOUND_TROUBLES = frozenset(
    {
        PanelTrouble.NO_INBOUND,
        PanelTrouble.INBOUND_UNUSABLE,
        PanelTrouble.INBOUND_OFF,
        PanelTrouble.INBOUND_TRANSPORT,
        PanelTrouble.INBOUND_SECURITY,
        PanelTrouble.INBOUND_ENCRYPTION,
        PanelTrouble.INBOUND_HEADER,
        PanelTrouble.INBOUND_MASK,
        PanelTrouble.INBOUND_PROXY_PROTOCOL,
        PanelTrouble.INBOUND_VERSIONS,
        PanelTrouble.INBOUND_ADDRESS,
    }
)
"""Solved by another inbound, or by a change of this one in the panel."""

CLIENT_TROUBLES = frozenset({PanelTrouble.NAME_CLASH, PanelTrouble.NOT_APPLIED, PanelTrouble.REFUSED})
"""Refusals of one client: other clients of the same panel may work."""


LONGEST_DETAIL = 2_000
"""Characters of a detail that an error keeps: a panel may answer with any text, and it is stored with keys."""


class PanelUnavailable(Retryable):
    """A VPN panel did not answer, or answered that it cannot act now; a later call may succeed.

    `detail` is a fact that belongs to the trouble, such as an HTTP status or the name of a client; it may be empty.
    Of a long one the first `LONGEST_DETAIL` characters are kept.
    """

    def __init__(self, trouble: PanelTrouble, detail: str = "", *, after: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(_text(trouble, detail), after=after)
        self.trouble = trouble
        self.detail = detail[:LONGEST_DETAIL]


class PanelNotCalled(PanelUnavailable):
    """No request was sent: the circuit breaker is open, the panel's token could not be read, or the server was
    stored by another version in a form that this one cannot read.

    So it does not change the state of the circuit breaker.
    """


class PanelRejected(Rejected):
    """The panel rejected the request: the operator has to change something first. `detail` as in PanelUnavailable."""

    def __init__(self, trouble: PanelTrouble, detail: str = "") -> None:
        super().__init__(_text(trouble, detail))
        self.trouble = trouble
        self.detail = detail[:LONGEST_DETAIL]


PANEL_FAILURES = (PanelUnavailable, PanelRejected, Misconfigured)
"""The errors of a call to a panel: it did not answer, it rejected the request, or a setting prevents the call."""


def is_refusal(error: str | None) -> bool:
    """Tell whether the text of an error, which a key keeps, says that the panel refused this one client."""
    return error is not None and error.partition(" ")[0] in CLIENT_TROUBLES


def _text(trouble: PanelTrouble, detail: str) -> str:
    return f"{trouble} ({detail[:LONGEST_DETAIL]})" if detail else str(trouble)
