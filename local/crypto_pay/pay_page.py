"""The page on which an invoice of the fake is paid, in place of the chat with Crypto Bot."""

from datetime import datetime
from html import escape

from local.crypto_pay.invoices import PRICE_OF_ASSET, Invoice

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = """
:root{color-scheme:light dark}
body{max-width:420px;margin:8vh auto;padding:0 16px;font:17px/1.5 system-ui,sans-serif}
button{display:block;width:100%;min-height:48px;margin:8px 0;border:0;border-radius:12px;font:inherit;font-weight:600;
background:#2f6fed;color:#fff}
"""
_STATES = {
    "paid": "Paid. Return to the chat. · Оплачено. Вернитесь в чат.",
    "expired": "This invoice is over. · Срок счёта истёк.",
}


def pay_page(invoice: Invoice, now: datetime) -> str:
    """Return the page: the price, and a button for each asset while the invoice can be paid."""
    status = invoice.status(now)
    buttons = "".join(
        f'<button name="asset" value="{asset}">{invoice.price_in(asset)} {asset}</button>' for asset in PRICE_OF_ASSET
    )
    body = f'<form method="post">{buttons}</form>' if status == "active" else f"<p>{_STATES[status]}</p>"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Crypto Pay (fake)</title><style>{_STYLE}</style>"
        f"<h1>{escape(invoice.amount)} {invoice.fiat}</h1><p>{escape(invoice.description)}</p>{body}</html>"
    )
