"""In which form an app wants its keys: as share links, or as a whole configuration of its core."""

from enum import StrEnum

from vpnbot.domain.keys.vpn_apps import App, Core


class Form(StrEnum):
    """What a subscription is served as; also the values of the parameter `format`."""

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
"""The cores' own apps read nothing else. Hiddify, NekoBox and Karing read share links and keep their own rules."""


def form_for(app: App | None, asked: str) -> Form:
    """Return the form that was asked for by name, or else the one that the app reads."""
    if asked in set(Form):
        return Form(asked)
    return _FORM_OF_APP.get(app.id, Form.SHARE_LINKS) if app else Form.SHARE_LINKS


def core_for(app: App | None, form: Form) -> Core:
    """Return what will use the keys; an app that we do not know is taken to be on Xray-core, as most are."""
    return _CORE_OF_FORM.get(form) or (app.core if app else Core.XRAY)
