"""Show what customers see of the shop beside its prices, and the history of all settings."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from vpnbot.domain.keys.key_ring import PersonId, is_person_id
from vpnbot.domain.payments.revisions import SETTINGS, Revision
from vpnbot.domain.staff.name import name_of
from vpnbot.telegram.admin import shop_front_screens as screens
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Button, Phrase
from vpnbot.telegram.update_context import UpdateContext

_PAGE = 6
_LONGEST_NAME = 20


def everything(context: UpdateContext, heading: Phrase | None = None, undo: Button | None = None) -> Show:
    """Return the settings that are not about money; `heading` says what was done, `undo` undoes it."""
    stored = context.payments.sales.settings.load(fresh=True)
    screen = screens.front(context.views.first.with_settings(stored), stored, undo)
    return Show(replace(screen, paragraphs=(heading, *screen.paragraphs[1:])) if heading else screen)


def history(context: UpdateContext, before: str) -> Show:
    """Return a page of the history of the settings: the newest rows, or those before a version and field."""
    store = context.payments.sales.settings
    found = store.revisions(SETTINGS, before=_key(before), limit=_PAGE + 1)
    shown = found[:_PAGE]
    older = f"{shown[-1].version}-{shown[-1].field}" if len(found) > _PAGE else ""
    stored = store.load(fresh=True)
    return Show(screens.history(shown, stored, actor_names(context), older=older, first=not before))


def actor_names(context: UpdateContext) -> Callable[[str], str]:
    """Return a function that names the actor of a change as the staff know that person."""

    @cache
    def named(actor: str) -> str:
        _, _, person = actor.partition(":")
        if not is_person_id(person):
            return actor or "–"
        return name_of(context.people.open(PersonId(person)).person)[:_LONGEST_NAME]

    return named


def _key(text: str) -> str:
    """Return the key of a row that a button names; empty if it names none."""
    version, _, field = text.partition("-")
    return Revision.key_of(SETTINGS, int(version), field) if version.isascii() and version.isdecimal() else ""
