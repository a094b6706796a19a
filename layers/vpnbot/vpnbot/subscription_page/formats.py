"""The format of the keys for an app: share links, or a whole configuration of its core."""

from enum import StrEnum

from vpnbot.domain.keys.vpn_apps import App, Core


class Form(StrEnum):
    """A format; its value is the value of the query parameter `format`."""

    SHARE_LINKS = "base64"
    SING_BOX = "sing-box"
    CLASH = "clash"

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    Form.SHARE_LINKS: "text/plain; charset=utf-8",
    Form.SING_BOX: "application/json; charset=utf-8",
    Form.CLASH: "text/yaml; charset=utf-8",
}
_CORE_OF_FORM = {Form.SING_BOX: Core.SING_BOX, Form.CLASH: Core.MIHOMO}
_FORM_OF_APP = {"sing-box": Form.SING_BOX, "clash": Form.CLASH}
"""The apps of the cores read only these formats. Hiddify, NekoBox and Karing read share links."""


def form_for(app: App | None, requested: str) -> Form:
    """Return the format that the request names, or otherwise the one that the app reads."""
    if requested in set(Form):
        return Form(requested)
    return _FORM_OF_APP.get(app.id, Form.SHARE_LINKS) if app else Form.SHARE_LINKS


def core_for(app: App | None, form: Form) -> Core:
    """Return the core that will use the keys; an unknown app is assumed to have Xray-core, as most apps do."""
    return _CORE_OF_FORM.get(form) or (app.core if app else Core.XRAY)
