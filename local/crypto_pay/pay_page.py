"""The page on which an invoice of the fake is paid, in place of the chat with Crypto Bot."""

from datetime import datetime
from html import escape

from local.crypto_pay.invoices import PRICE_OF_ASSET, Invoice

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = """
:root{color-scheme:light dark}
body{max-width:26rem;margin:0 auto;padding:1rem;font:17px/1.5 system-ui,sans-serif}
button{display:block;width:100%;min-height:48px;margin:8px 0;border:0;border-radius:12px;font:inherit;font-weight:600;
background:#2f6fed;color:#fff}
"""
_WORDS = {
    "en": {
        "title": "Fake Crypto Pay",
        "note": "Nothing is charged: this page only imitates Crypto Bot.",
        "active": "What would you like to pay with?",
        "paid": "Paid, thank you! You can return to the chat.",
        "expired": "The time to pay this invoice is over. Return to the chat to start again.",
    },
    "ru": {
        "title": "Учебный Crypto Pay",
        "note": "Деньги не списываются: страница только изображает Crypto Bot.",
        "active": "Чем оплатить?",
        "paid": "Оплачено, спасибо! Можно вернуться в чат.",
        "expired": "Время на оплату вышло. Вернитесь в чат, чтобы начать заново.",
    },
}


def pay_page(invoice: Invoice, now: datetime, accepts: str = "") -> str:
    """Return the page: the price, and a button for each asset while the invoice can be paid.

    `accepts` is the header Accept-Language: the page is in Russian if that comes first, otherwise in English.
    """
    language = "ru" if accepts[:2].lower() == "ru" else "en"
    words, status = _WORDS[language], invoice.status(now)
    buttons = "".join(
        f'<button name="asset" value="{asset}">{invoice.price_in(asset)} {asset}</button>' for asset in PRICE_OF_ASSET
    )
    form = f'<form method="post">{buttons}</form>' if status == "active" else ""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']}</title><style>{_STYLE}</style><main><strong>{words['title']}</strong>"
        f"<h1>{escape(invoice.amount)} {invoice.fiat}</h1><p>{escape(invoice.description)}</p>"
        f"<p>{words['note']}</p><p>{words[status]}</p>{form}</main></html>"
    )
