"""The free trial, and what people say about it."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from vpnbot.telegram.customer.connect_screens import connect
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.people.change_profile import give_opinion, join_plans_waitlist, mute_reminders
from vpnbot.usecases.subscriptions.start_trial import TrialRejected, start_trial

OPINIONS = frozenset({"good", "bad"})


async def try_free(_: CallbackQuery, context: UpdateContext) -> Reply:
    """One tap: the trial, and its key if the panel is quick. A second tap finds what the first one got."""
    refused = False
    try:
        start_trial(context.session, context.fleet, context, context.trial, context.cause)
    except TrialRejected:
        refused = True
    if context.standing.works:
        return Show(connect(context.view(), first=True))
    over = refused and context.person.user.trial_used and not context.standing.making
    return show_home(context, "toast-trial-taken" if over else None)


async def tell_about_plans(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Remember to tell them when plans open."""
    join_plans_waitlist(context.session, context, context.cause)
    return show_home(context, "toast-will-tell", alert=True)


async def mute(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Remind no more."""
    mute_reminders(context.session, context, context.cause)
    return show_home(context, "toast-muted")


async def opinion(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Keep the answer to the one question we ask."""
    answer = next(iter(action_arguments(query.data)), "")
    if answer not in OPINIONS:
        return show_current(context)
    give_opinion(context.session, context, context.cause, answer)
    return show_home(context, "toast-thanks")


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.callback_query.register(try_free, F.data == Action.TRY)
    router.callback_query.register(tell_about_plans, F.data == Action.PLANS)
    router.callback_query.register(mute, F.data == Action.MUTE)
    router.callback_query.register(opinion, F.data.startswith(Action.OPINION + ":"))
