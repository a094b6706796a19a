"""Registration of the handlers for members of the staff. Modules are imported on first use.

Updates of people without the right go on to the handlers after these, so that they are answered as any unknown button
or word is.
"""

from aiogram import F, Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.types import CallbackQuery, TelegramObject

from vpnbot.domain.people.roles import Right
from vpnbot.telegram.admin.states import (
    Acting,
    Adding,
    Advertising,
    Appointing,
    Broadcasting,
    Changing,
    Finding,
    Naming,
    Shopkeeping,
    Wording,
)
from vpnbot.telegram.aiogram_runtime.late_handlers import LateModule
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.reply import CANCEL_ASKING, Reply, Silence
from vpnbot.telegram.update_context import UpdateContext

_PACKAGE = "vpnbot.telegram.admin"


class WithRight(Filter):
    """Accepts updates of people whose role includes a right."""

    def __init__(self, right: Right) -> None:
        self._right = right

    async def __call__(self, _: TelegramObject, context: UpdateContext) -> bool:
        """Tell whether the sender may do it."""
        return context.may(self._right)


class ByStaff(Filter):
    """Accepts updates of people with any role."""

    async def __call__(self, _: TelegramObject, context: UpdateContext) -> bool:
        """Tell whether the sender has a role."""
        return context.role is not None


class ChosenPerson(Filter):
    """Accepts people whom a member of the staff has chosen in Telegram's list; read from the update as delivered."""

    async def __call__(self, _: TelegramObject, context: UpdateContext) -> bool:
        """Tell whether it is such a message."""
        return "users_shared" in context.content and context.role is not None


class CancelledChoice(Filter):
    """Accepts the words of the button that removes the buttons of Telegram's list, in any language."""

    async def __call__(self, _: TelegramObject, context: UpdateContext) -> bool:
        """Tell whether it is such a message of a member of the staff."""
        if context.role is None:
            return False
        messages, text = context.views.messages, context.content.get("text")
        return any(text == messages.text(language, CANCEL_ASKING) for language in messages.languages)


def register(router: Router) -> None:
    """Register the handlers of this module."""
    _staff(router)
    _servers(router)
    _shop(router)
    _broadcasts(router)
    _codes(router)
    _ads(router)
    _texts(router)
    _money(router)


def _staff(router: Router) -> None:
    staff = LateModule(f"{_PACKAGE}.staff_handlers")
    router.callback_query.register(staff.tap, F.data.startswith(Action.ADMIN + ":"), ByStaff())
    router.message.register(staff.show, Command("admin"), ByStaff())
    find = LateModule(f"{_PACKAGE}.find")
    router.message.register(find.on_command, Command("find"), ByStaff())
    router.message.register(find.picked, ChosenPerson())
    router.message.register(find.cancelled, CancelledChoice())
    for state, module in ((Finding, "find"), (Acting.typing, "person_acts"), (Appointing.typing, "team")):
        typed, plain = LateModule(f"{_PACKAGE}.{module}").typed, ~F.text.startswith("/")
        router.message.register(typed, StateFilter(state), plain, ByStaff())


def _servers(router: Router) -> None:
    servers, allowed = LateModule(f"{_PACKAGE}.servers_handlers"), WithRight(Right.SERVERS)
    router.callback_query.register(servers.tap, F.data.startswith(Action.SERVERS + ":"), allowed)
    router.message.register(servers.show, Command("servers"), allowed)
    router.message.register(servers.token, StateFilter(Adding.token, Changing.token), allowed)
    router.message.register(servers.typed, StateFilter(Adding, Changing), allowed)


def _shop(router: Router) -> None:
    shop, allowed = LateModule(f"{_PACKAGE}.shop_handlers"), WithRight(Right.SETTINGS)
    router.callback_query.register(shop.tap, F.data.startswith(Action.SHOP + ":"), allowed)
    router.message.register(shop.show, Command("shop"), allowed)
    router.message.register(shop.typed_about_plan, StateFilter(Shopkeeping.typing), allowed)
    router.message.register(shop.typed_setting, StateFilter(Shopkeeping.setting), allowed)


def _broadcasts(router: Router) -> None:
    draft, allowed = LateModule(f"{_PACKAGE}.broadcast_draft"), WithRight(Right.BROADCAST)
    afterwards = LateModule(f"{_PACKAGE}.broadcast_afterwards")
    no_command = ~F.text.startswith("/")
    router.message.register(draft.taken, StateFilter(Broadcasting.content), no_command, allowed)
    router.message.register(draft.page_typed, StateFilter(Broadcasting.page), no_command, allowed)
    router.message.register(draft.time_typed, StateFilter(Broadcasting.time), no_command, allowed)
    router.message.register(afterwards.correction_sent, StateFilter(Broadcasting.correction), no_command, allowed)


def _codes(router: Router) -> None:
    typed, plain = LateModule(f"{_PACKAGE}.promo").typed, ~F.text.startswith("/")
    router.message.register(typed, StateFilter(Naming.code), plain, WithRight(Right.PROMO))


def _ads(router: Router) -> None:
    typed, plain = LateModule(f"{_PACKAGE}.ad_links").typed, ~F.text.startswith("/")
    router.message.register(typed, StateFilter(Advertising.typing), plain, WithRight(Right.PROMO))


def _texts(router: Router) -> None:
    typed, plain = LateModule(f"{_PACKAGE}.texts").typed, ~F.text.startswith("/")
    router.message.register(typed, StateFilter(Wording.typing), plain, WithRight(Right.TEXTS))


def _money(router: Router) -> None:
    about_money = F.data.startswith(f"{Action.MONEY}:")
    router.callback_query.register(LateModule(f"{_PACKAGE}.money").tap, about_money, WithRight(Right.MONEY))
    router.callback_query.register(tap_of_another, about_money)


async def tap_of_another(_: CallbackQuery) -> Reply:
    """Do nothing: members of the operators' chat without the right decide nothing about money."""
    return Silence()
