"""An act of the staff in words: what was done, and what it was about."""

from collections.abc import Iterator
from datetime import UTC, datetime

from vpnbot.domain.editable_texts import EDITABLE
from vpnbot.domain.payments.setting_field import SettingField
from vpnbot.domain.staff.act_values import read_settings
from vpnbot.domain.staff.acts import (
    Act,
    ActKind,
    BroadcastAct,
    LinkAct,
    OutageAct,
    PromoAct,
    RewardAct,
    ShopAct,
    SupportAct,
)
from vpnbot.telegram.admin.setting_phrases import listed, setting_name, setting_value
from vpnbot.telegram.admin.stored_names import plan_named, role_named, server_named
from vpnbot.telegram.messages.screen import Argument, Day, Language, Phrase, phrase
from vpnbot.telegram.update_context import UpdateContext

_ALL = (*ActKind, *BroadcastAct, *LinkAct, *OutageAct, *PromoAct, *RewardAct, *ShopAct, *SupportAct)
_KNOWN = frozenset(map(str, _ALL))
"""The kinds of acts that have a name; others are of a later release."""


def act_words(context: UpdateContext, act: Act) -> Argument:
    """Return what was done and what it was about; an act of a later release is shown as it is stored."""
    what: Argument = phrase(f"act-name-{act.kind}") if act.kind in _KNOWN else act.kind
    about = _about(context, act)
    return phrase("act-with", what=what, about=about) if about else what


def _about(context: UpdateContext, act: Act) -> Argument:
    """Return what an act was about; empty: nothing beside its person."""
    match act.kind:
        case ActKind.DAYS:
            return int(act.value) if act.value.isdecimal() else act.value
        case ActKind.PLAN:
            return plan_named(context, act.value)
        case ActKind.MOVE:
            return server_named(context, act.value)
        case ActKind.ROLE:
            return role_named(act.value)
        case ActKind.UNDO if act.value in frozenset(ActKind):
            return phrase(f"act-name-{act.value}")
        case ShopAct.SETTING | ShopAct.UNDO_SETTING:
            return listed(_settings(act.value))
        case ShopAct.TEXT | ShopAct.UNDO_TEXT:
            return listed(map(_text, act.value.split(", ")))
        case _ if act.kind in frozenset(OutageAct):
            return _outage(context, act.value)
        case _:
            return act.value


def _settings(stored: str) -> Iterator[Phrase | str]:
    """Yield the settings of an act, each with its value."""
    for name, value in read_settings(stored):
        if name in frozenset(SettingField) or value:
            yield phrase("act-setting", name=setting_name(name), value=setting_value(name, value))
        else:
            yield name


def _text(stored: str) -> Phrase | str:
    """Return the language and the name of a text."""
    language, _, message = stored.partition(" ")
    if message not in EDITABLE:
        return stored
    return phrase("act-text", language=Language(language), name=phrase(f"text-name-{message}"))


def _outage(context: UpdateContext, stored: str) -> Argument:
    """Return the server of an outage, and the day."""
    server_id, _, day = stored.rpartition(" ")
    try:
        began = datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        return stored
    return phrase("act-outage", server=server_named(context, server_id), day=Day(began))
