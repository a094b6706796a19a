"""Statistics: pictures of some days, the sources and the answers of people, and the sales of a month as a file."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.statistics.figures import day_of, month_before
from vpnbot.telegram.admin import statistics_screens as screens
from vpnbot.telegram.admin.sales_file import sales_file
from vpnbot.telegram.admin.zone import zone_of
from vpnbot.telegram.messages.reply import Reply, Send, Show
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.statistics.figures import figures_of_days, levels_of_nights, sales_of_month, trial_waiters

_PERIODS = {str(days): days for days in screens.PERIODS}


async def tap(_: CallbackQuery, context: UpdateContext, __: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the picture, a message of its own, or change it; or send the sales of this month or the last one."""
    what, how, *_rest = (*arguments, "", "")
    if what == screens.SALES:
        return _sales(context, last_month=how == screens.LAST)
    days = _PERIODS.get(what, screens.PERIODS[1])
    if how == screens.LEVELS:
        return Show(screens.levels(levels_of_nights(context.staff().statistics, context.now, days)))
    offset = zone_of(context)
    period = figures_of_days(context.staff().statistics, context.now, offset, days)
    currency = context.payments.sales.settings.load().base_currency
    summed = how not in {screens.ORIGINS, screens.OPINIONS}
    waiters = trial_waiters(period, context.payments.sales.places()) if summed else None
    screen = screens.figures(period, currency, context.now, offset, how, waiters)
    return Show(screen, as_new=how == screens.NEW)


def _sales(context: UpdateContext, *, last_month: bool) -> Reply:
    offset = zone_of(context)
    today = day_of(context.now, offset)
    year, month = (today.year, today.month) if not last_month else month_before(today.year, today.month)
    found = sales_of_month(context.staff().statistics, year, month, context.now, offset)
    language = context.view().language
    content = sales_file(found, lambda message: context.views.messages.text(language, message, {}), offset)
    name, caption = screens.sales(found, f"{year}-{month:02}")
    return Send(content, name, caption)
