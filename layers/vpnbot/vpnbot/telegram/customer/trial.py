"""The free trial, and what people say about it."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from vpnbot.telegram.customer.connect_screens import connect
from vpnbot.telegram.messages.callbacks import Tap, subjects_of
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.update_context import Visit
from vpnbot.usecases.people.change_profile import await_plans, give_opinion, mute_reminders
from vpnbot.usecases.subscriptions.start_trial import TrialRefused, start_trial

OPINIONS = frozenset({"good", "bad"})


async def try_free(_: CallbackQuery, visit: Visit) -> Reply:
    """One tap: the trial, and its key if the panel is quick. A second tap finds what the first one got."""
    refused = False
    try:
        start_trial(visit.session, visit.shop, visit.cause)
    except TrialRefused:
        refused = True
    subscription = visit.person.subscription
    if subscription.entitled(visit.now):
        return Show(connect(visit.view(), first=True))
    over = refused and visit.person.user.trial_used and not subscription.waits_for_key
    return visit.home("toast-trial-taken" if over else None)


async def tell_about_plans(_: CallbackQuery, visit: Visit) -> Reply:
    """Remember to tell them when plans open."""
    await_plans(visit.session, visit.shop, visit.cause)
    return visit.home("toast-will-tell", alert=True)


async def mute(_: CallbackQuery, visit: Visit) -> Reply:
    """Remind no more."""
    mute_reminders(visit.session, visit.shop, visit.cause)
    return visit.home("toast-muted")


async def opinion(query: CallbackQuery, visit: Visit) -> Reply:
    """Keep the answer to the one question we ask."""
    answer = next(iter(subjects_of(query.data)), "")
    if answer not in OPINIONS:
        return visit.lost()
    give_opinion(visit.session, visit.shop, visit.cause, answer)
    return visit.home("toast-thanks")


def register(router: Router) -> None:
    """Register the handlers of this module."""
    router.callback_query.register(try_free, F.data == Tap.TRY)
    router.callback_query.register(tell_about_plans, F.data == Tap.PLANS)
    router.callback_query.register(mute, F.data == Tap.MUTE)
    router.callback_query.register(opinion, F.data.startswith(Tap.OPINION + ":"))
