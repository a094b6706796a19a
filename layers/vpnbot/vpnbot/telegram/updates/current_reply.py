"""The reply to an update that was handled before, perhaps without a reply: the outcome, or the present question."""

from collections.abc import Mapping
from typing import Any

from vpnbot.telegram.admin.states import Adding, Broadcasting, Changing, Shopkeeping
from vpnbot.telegram.customer.states import Buying, Entering, Support
from vpnbot.telegram.messages.outcome import Outcome, outcome_of
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Screen
from vpnbot.telegram.update_context import UpdateContext


def current_reply(context: UpdateContext, state: str | None, data: Mapping[str, Any]) -> Show | None:
    """Return the reply from a conversation with this FSM state and data; None if it has neither of the two."""
    outcome = outcome_of(data, context.cause)
    if outcome is not None:
        return _ended(context, outcome)
    if state == Support.writing.state:
        from vpnbot.telegram.customer import support_screens

        return Show(support_screens.ask(), as_new=True)
    if state == Buying.contact.state:
        from vpnbot.telegram.customer import plans_screens

        return Show(plans_screens.ask_contact(context.person.user.receipt_contact, optional=False))
    if state == Entering.code.state:
        from vpnbot.telegram.customer import promo_screens

        return Show(promo_screens.ask(context.view()))
    if state in Adding or state in Changing:
        screen = _about_servers(context, state, data)
        return Show(screen) if screen is not None else None
    if state in Shopkeeping:
        screen = _about_the_shop(context, state, data)
        return Show(screen) if screen is not None else None
    if state in Broadcasting:
        from vpnbot.telegram.admin import broadcast_draft

        screen = broadcast_draft.current(context, state, data)
        return Show(screen) if screen is not None else None
    return None


def _ended(context: UpdateContext, outcome: Outcome) -> Show | None:
    if outcome.link:
        from vpnbot.telegram.admin import ad_links

        return ad_links.ended(context, outcome.link, outcome.heading)
    if outcome.plan_id:
        from vpnbot.telegram.admin import plans

        return plans.one(context, outcome.plan_id, outcome.heading)
    if outcome.broadcast_id:
        from vpnbot.telegram.admin import broadcasts

        return broadcasts.one(context, outcome.broadcast_id, outcome.heading)
    if outcome.settings:
        from vpnbot.telegram.admin import shop_settings

        return shop_settings.everything(context, outcome.heading)
    if outcome.code:
        from vpnbot.telegram.customer import promo

        return promo.given(context, outcome.code)
    if not outcome.server_id:
        from vpnbot.telegram.customer import support_screens

        return Show(support_screens.sent())
    from vpnbot.telegram.admin import servers as overview

    return overview.one(context, outcome.server_id, outcome.heading)


def _about_servers(context: UpdateContext, state: str | None, data: Mapping[str, Any]) -> Screen | None:
    from vpnbot.telegram.admin import add_server_screens as adding_screens
    from vpnbot.telegram.admin import change_server as changing
    from vpnbot.telegram.admin.draft_state import draft_in

    if state in Changing:
        return changing.current(context, data)
    draft = draft_in(data)
    return adding_screens.step(draft) if draft is not None else None


def _about_the_shop(context: UpdateContext, state: str | None, data: Mapping[str, Any]) -> Screen | None:
    from vpnbot.telegram.admin import change_plan, shop_settings

    if state == Shopkeeping.setting.state:
        return shop_settings.current(context, data)
    return change_plan.current(context, data)
