"""The free trial, reminders, and the opinion about the trial."""

from aiogram.types import CallbackQuery

from vpnbot.domain.people.opinions import BAD, GOOD, OPINIONS
from vpnbot.domain.shop import ShopClosed
from vpnbot.telegram.customer.connect_screens import connect
from vpnbot.telegram.customer.home import show_current, show_home
from vpnbot.telegram.customer.opinion_screens import help_with, which_problem
from vpnbot.telegram.customer.terms_screens import accepted
from vpnbot.telegram.messages.callbacks import Action, action_arguments
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.people.change_profile import give_opinion, switch_reminders
from vpnbot.usecases.subscriptions.start_trial import TrialRejected, TrialsTaken, start_trial


async def try_free(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Start the trial; show how to connect if the key is ready at once. A second tap shows the current state."""
    rejected = False
    try:
        sales = context.payments.sales
        accepts = accepted(context.view(), context.views.messages)
        start_trial(
            context.session, context.fleet, sales, context, context.trial, context.cause, accepted_terms=accepts
        )
    except ShopClosed:
        from vpnbot.telegram.customer.closed_screens import closed

        return closed(context, Action.TRY, trial=True)
    except TrialsTaken:
        from vpnbot.telegram.customer.trial_places import taken

        return taken(context)
    except TrialRejected:
        rejected = True
    if context.standing.works:
        return Show(connect(context.view(), first=True))
    used = rejected and context.person.user.trial_used and not context.standing.making
    return show_home(context, "toast-trial-taken" if used else None)


async def wait(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Promise a message when there are trials again."""
    from vpnbot.telegram.customer.trial_places import promised

    return promised(context)


async def mute(_: CallbackQuery, context: UpdateContext) -> Reply:
    """Stop the reminders."""
    switch_reminders(context.session, context, context.cause, wanted=False)
    return show_home(context, "toast-muted")


async def opinion(query: CallbackQuery, context: UpdateContext) -> Reply:
    """Store the answer to the question how it was; one who had problems is asked which, and led to help."""
    answer = next(iter(action_arguments(query.data)), "")
    if answer not in OPINIONS:
        return show_current(context)
    give_opinion(context.session, context, context.cause, answer)
    if answer == GOOD:
        return show_home(context, "toast-thanks")
    screen = which_problem(context.view()) if answer == BAD else help_with(answer, context.view())
    return Show(screen, toast=phrase("toast-thanks"))
