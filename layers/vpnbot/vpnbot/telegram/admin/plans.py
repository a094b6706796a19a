"""Show the plans, one plan, and what customers see of it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from aiogram.fsm.context import FSMContext

from vpnbot.domain.orders.provider_names import PRICE_CURRENCIES
from vpnbot.domain.payments.shop_settings import selling
from vpnbot.domain.plans.catalogue import Catalogue
from vpnbot.domain.plans.plan_checks import check_plan
from vpnbot.domain.plans.sold_plan import SoldPlan
from vpnbot.localization.formatting import format_money
from vpnbot.telegram.admin import plans_screens as screens
from vpnbot.telegram.customer import plans_screens as customer_screens
from vpnbot.telegram.customer.plan_choices import Offered
from vpnbot.telegram.messages.outcome import Outcome, end_with
from vpnbot.telegram.messages.renderer import Renderer
from vpnbot.telegram.messages.reply import Show
from vpnbot.telegram.messages.screen import Paragraph, Phrase, Screen, phrase
from vpnbot.telegram.update_context import UpdateContext


def wording_of(context: UpdateContext) -> screens.Wording:
    """Return how texts and amounts are written for the administrator."""
    messages, language = context.views.messages, context.view().language
    return screens.Wording(language, messages.languages, partial(format_money, messages, language))


def catalogue_of(context: UpdateContext) -> Catalogue:
    """Return the catalogue as it is stored now."""
    return context.payments.sales.plans.load(fresh=True)


def everything(context: UpdateContext, heading: Phrase | None = None) -> Show:
    """Return the list of plans; `heading` is a line above it about what was done."""
    catalogue = catalogue_of(context)
    open_now = selling(context.payments.sales.settings.load(fresh=True), catalogue)
    screen = screens.plans(catalogue, wording_of(context), selling=open_now)
    return Show(screen.headed(heading) if heading else screen)


def one(context: UpdateContext, plan_id: str, heading: Phrase | None = None) -> Show:
    """Return the screen of one plan; without it, the list."""
    catalogue = catalogue_of(context)
    plan = catalogue.plan(plan_id)
    if plan is None:
        return everything(context, phrase("shop-unknown-plan"))
    findings = check_plan(catalogue, plan, context.views.messages.languages)
    return Show(screens.plan(plan, findings, wording_of(context), heading))


def preview(context: UpdateContext, plan_id: str) -> Show:
    """Return what customers see of a plan, as if it were sold, in each language."""
    catalogue = catalogue_of(context)
    plan = catalogue.plan(plan_id)
    if plan is None:
        return everything(context, phrase("shop-unknown-plan"))
    return Show(screens.preview(plan, tuple(_seen(context, catalogue, plan))))


def _seen(context: UpdateContext, catalogue: Catalogue, plan: SoldPlan) -> Iterator[Paragraph]:
    """Yield the screens of a plan as customers see them, first as text and then their buttons with prices."""
    shown = replace(plan, hidden=False)
    providers = context.payments.sales.settings.load().providers
    offered = Offered(
        replace(catalogue, plans=(shown,)),
        {name: PRICE_CURRENCIES[name] for name in providers if name in PRICE_CURRENCIES},
    )
    if not offered.plans:
        yield phrase("shop-preview-nothing")
        return
    for language in context.views.messages.languages:
        renderer = Renderer(context.views.messages, language)
        view = replace(context.view(), language=language)
        yield context.views.messages.names[language]
        yield _as_text(renderer, customer_screens.plans(view, offered.plan_choices()))
        yield plan.line(language)
        yield _as_text(
            renderer, customer_screens.durations(view, shown.granted, offered.duration_choices(shown), back="")
        )


def _as_text(renderer: Renderer, screen: Screen) -> str:
    """Return the text of a customer's screen and, in brackets, the labels of the buttons that have prices."""
    lines = screen.paragraphs[0]
    texts = lines if isinstance(lines, tuple) else (lines,)
    text = "\n".join(renderer.plain(line) for line in texts)
    labels = "\n".join(f"[ {renderer.plain(button.label)} ]" for row in screen.rows[:-1] for button in row)
    return f"{_without_tags(text)}\n{labels}"


def _without_tags(text: str) -> str:
    return text.replace("<b>", "").replace("</b>", "")


async def finished(context: UpdateContext, state: FSMContext, heading: Phrase, plan_id: str) -> Show:
    """End a conversation; its outcome is `heading` above the screen of a plan, also after a redelivery."""
    await end_with(state, Outcome(context.cause, heading, plan_id=plan_id))
    return replace(one(context, plan_id, heading), toast=heading)
