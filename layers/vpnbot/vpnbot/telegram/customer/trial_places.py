"""The screens of a person who wants the trial while all of the day are taken."""

from vpnbot.telegram.customer.home import show_current
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import HOME, View
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.people.change_profile import wait_for_trial


def taken(context: UpdateContext) -> Show:
    """Say that there are trials again tomorrow, and offer to tell the person; who was told too late waits on."""
    user = context.person.user
    if user.waits_for_trial_since is not None and not user.in_trial_list:
        wait_for_trial(context.session, context, context.cause)
    return Show(_screen(context.view(), waits=context.person.user.in_trial_list))


def promised(context: UpdateContext) -> Show:
    """Promise the message, and say so; who can start no trial sees how they stand."""
    if not context.person.trial_available or not context.person.user.known:
        return show_current(context)
    if not context.person.user.in_trial_list:
        wait_for_trial(context.session, context, context.cause)
    return Show(_screen(context.view(), waits=True))


def _screen(view: View, *, waits: bool) -> Screen:
    words = phrase("trials-taken-waits" if waits else "trials-taken")
    wait = None if waits else Button(phrase("button-trials-wait"), action=Action.WAIT_FOR_TRIAL)
    return Screen((words,), rows((wait,), (view.plans_button,), (HOME,)))
