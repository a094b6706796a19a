"""The screens of settings, stored data and deletion."""

from datetime import timedelta
from itertools import batched

from vpnbot.telegram.customer.terms_screens import privacy_button, terms_button
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import DEVICES, HOME, View

_LANGUAGES_PER_ROW = 3
NEWS_ON, NEWS_OFF = Action.NEWS.on("on"), Action.NEWS.on("off")
REMINDERS_ON, REMINDERS_OFF = Action.REMINDERS.on("on"), Action.REMINDERS.on("off")


def settings(view: View) -> Screen:
    """Return the screen of the settings."""
    languages = [Button(name, action=Action.LANGUAGE.on(language)) for language, name in view.languages.items()]
    return Screen(
        (phrase("settings"),),
        rows(
            *(tuple(line) for line in batched(languages, _LANGUAGES_PER_ROW, strict=False)),
            (
                Button(phrase("button-new-link"), action=Action.NEW_LINK) if view.person.can_rotate_key else None,
                Button(phrase("button-my-data"), action=Action.MY_DATA),
            ),
            (DEVICES if view.person.subscription.key else None,),
            (view.invite_button,),
            (_reminders(view), _news(view)),
            (terms_button(view), privacy_button(view)),
            (HOME,),
        ),
    )


def _reminders(view: View) -> Button:
    if view.person.user.reminders:
        return Button(phrase("button-reminders-off"), action=REMINDERS_OFF)
    return Button(phrase("button-reminders-on"), action=REMINDERS_ON)


def _news(view: View) -> Button:
    if view.person.user.news:
        return Button(phrase("button-news-off"), action=NEWS_OFF)
    return Button(phrase("button-news-on"), action=NEWS_ON)


def my_data() -> Screen:
    """Return which data are stored, with buttons to download and to delete them."""
    download = Button(phrase("button-download"), action=Action.DOWNLOAD)
    delete = Button(phrase("button-delete"), action=Action.DELETE)
    back = Button(phrase("button-back"), action=Action.SETTINGS)
    return Screen((phrase("my-data"),), rows((download, delete), (back, HOME)))


def news(*, wanted: bool) -> Screen:
    """Return the confirmation of the switch for news, with a button for the way back."""
    other = Button(phrase("button-news-off" if wanted else "button-news-on"), action=NEWS_OFF if wanted else NEWS_ON)
    return Screen((phrase("news-on" if wanted else "news-off"),), rows((other,), (HOME,)))


def confirm_delete(view: View) -> Screen:
    """Return the question before everything is deleted, with what would be lost, and what stays or is sent back."""
    left = view.person.subscription.left(view.now)
    text = phrase("delete", left=left) if left > timedelta() else phrase("delete-nothing-left")
    unpaid = (phrase("delete-unpaid"),) if any(order.open for order in view.person.orders) else ()
    return Screen(
        ((text, *unpaid),),
        rows(
            (Button(phrase("button-keep"), action=Action.MY_DATA),),
            (Button(phrase("button-delete-all"), action=Action.DELETE_ALL),),
        ),
    )


def deleted() -> Screen:
    """Return the confirmation of the deletion."""
    return Screen((phrase("deleted"),), rows((HOME,)))
