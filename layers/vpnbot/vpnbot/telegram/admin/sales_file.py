"""The sales of a month as CSV, for an accountant."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

from vpnbot.usecases.statistics.figures import MonthOfSales

_BOM = "\ufeff"


def sales_file(month: MonthOfSales, word: Callable[[str], str], offset: timedelta) -> bytes:
    """Return the file, in UTF-8 with a byte order mark, without which Excel does not take it as UTF-8.

    Separator and decimal point are those that Excel expects in the language: there is none that it reads in both a
    Russian and an English system, and a line `sep=` would make it ignore the mark.
    """
    text = StringIO()
    rows = csv.writer(text, delimiter=word("sales-separator"))
    rows.writerow(column.strip() for column in word("sales-columns").split(";"))
    for sale in month.sales:
        amount = sale.money.text.replace(".", word("sales-decimal-point"))
        times = (_local(sale.nominal, offset), _local(sale.at, offset))
        about = (sale.provider, sale.plan, sale.order, sale.person)
        rows.writerow((*times, word(f"sales-kind-{sale.kind}"), amount, sale.money.currency, *about))
    return f"{_BOM}{text.getvalue()}".encode()


def _local(moment: datetime, offset: timedelta) -> str:
    return f"{moment + offset:%Y-%m-%d %H:%M:%S}"
