"""Registration of the handlers for trial, connecting, help, links, invitations, settings; imported on first use."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter

from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule
from vpnbot.telegram.customer.states import Support
from vpnbot.telegram.messages.callbacks import Action

_PACKAGE = "vpnbot.telegram.customer"


def register(router: Router) -> None:
    """Register the handlers of this module."""
    _trial(router)
    _connect(router)
    _diagnosis(router)
    _new_link(router)
    _servers(router)
    _devices(router)
    _invites(router)
    _support(router)
    _settings(router)


def _trial(router: Router) -> None:
    trial = LateModule(f"{_PACKAGE}.trial")
    router.callback_query.register(trial.try_free, F.data == Action.TRY)
    router.callback_query.register(trial.wait, F.data == Action.WAIT_FOR_TRIAL)
    router.callback_query.register(trial.mute, F.data == Action.MUTE)
    router.callback_query.register(trial.opinion, F.data.startswith(Action.OPINION + ":"))


def _connect(router: Router) -> None:
    connect = LateModule(f"{_PACKAGE}.connect")
    router.message.register(connect.connect_command, Command("connect"))
    router.callback_query.register(connect.hide, F.data == Action.HIDE)
    router.callback_query.register(connect.choose_device, F.data == Action.CONNECT)
    router.callback_query.register(connect.choose_platform, F.data.startswith(Action.PLATFORM + ":"))
    router.callback_query.register(connect.choose_other_app, F.data.startswith(Action.APPS + ":"))
    router.callback_query.register(connect.choose_app, F.data.startswith(Action.APP + ":"))
    router.callback_query.register(connect.picture, F.data.startswith(Action.QR + ":"))


def _diagnosis(router: Router) -> None:
    diagnosis = LateModule(f"{_PACKAGE}.diagnosis")
    router.message.register(diagnosis.on_command, Command("help"))
    router.callback_query.register(diagnosis.broken, F.data == Action.BROKEN)
    router.callback_query.register(diagnosis.check_again, F.data == Action.CHECK)


def _new_link(router: Router) -> None:
    new_link = LateModule(f"{_PACKAGE}.new_link")
    router.callback_query.register(new_link.ask, F.data == Action.NEW_LINK)
    router.callback_query.register(new_link.rotate, F.data.startswith(Action.ROTATE + ":"))


def _servers(router: Router) -> None:
    servers = LateModule(f"{_PACKAGE}.servers")
    router.callback_query.register(servers.show, F.data == Action.MY_SERVERS)
    router.callback_query.register(servers.show, F.data.startswith(Action.MY_SERVERS + ":"))


def _devices(router: Router) -> None:
    devices = LateModule(f"{_PACKAGE}.devices")
    router.callback_query.register(devices.show_list, F.data == Action.DEVICES)
    router.callback_query.register(devices.remove, F.data.regexp(rf"^{Action.DEVICES}:[^:]+:remove$"))
    router.callback_query.register(devices.ask, F.data.startswith(Action.DEVICES + ":"))


def _invites(router: Router) -> None:
    invites = LateModule(f"{_PACKAGE}.invites")
    router.callback_query.register(invites.show, F.data == Action.INVITE)
    router.callback_query.register(invites.picture, F.data == Action.INVITE.on("qr"))


def _support(router: Router) -> None:
    support = LateModule(f"{_PACKAGE}.support")
    router.message.register(support.on_command, Command("support"))
    router.callback_query.register(support.ask, F.data == Action.SUPPORT)
    router.callback_query.register(support.pass_on, F.data.startswith(Action.SUPPORT + ":pass:"))
    router.message.register(support.question, StateFilter(Support.writing), ~F.text.startswith("/"))
    router.edited_message.register(support.edited, F.chat.type == ChatType.PRIVATE)


def _settings(router: Router) -> None:
    settings = LateModule(f"{_PACKAGE}.settings")
    router.message.register(settings.settings_command, Command("settings"))
    router.message.register(settings.privacy_command, Command("privacy"))
    router.callback_query.register(settings.settings, F.data == Action.SETTINGS)
    router.callback_query.register(settings.terms, F.data.regexp(rf"^{Action.TERMS}(:|$)"))
    router.callback_query.register(settings.privacy, F.data == Action.PRIVACY)
    router.callback_query.register(settings.my_data, F.data == Action.MY_DATA)
    router.callback_query.register(settings.download, F.data == Action.DOWNLOAD)
    router.callback_query.register(settings.ask_to_delete, F.data == Action.DELETE)
    router.callback_query.register(settings.delete_all, F.data == Action.DELETE_ALL)
    router.callback_query.register(settings.reminders, F.data.startswith(Action.REMINDERS + ":"))
    router.callback_query.register(settings.news, F.data.startswith(Action.NEWS + ":"))
