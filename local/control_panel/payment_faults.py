"""The part of the control panel's API that orders faults of payments in Stars; `api.py` describes it."""

from local.control_panel.requests import Body
from local.telegram.fake_telegram import FakeTelegram


def order_payment_fault(telegram: FakeTelegram, body: Body) -> Body:
    """Carry out the body of `POST faults/payments`.

    Raises:
        ValueError: there is no such fault, or it needs another value.
        KeyError: there is no such person, or something is missing.
    """
    payments = telegram.payments
    match body:
        case {"bot_stars": int() as stars}:
            telegram.stars.bot_balance = stars
        case {"user_id": int() as user_id, "subscription": str() as state}:
            account = telegram.conversations.accounts[user_id]
            payments.tell_subscription(account, str(body["payload"]), state)
        case {"user_id": int() as user_id, "refund": str() as charge}:
            account = telegram.conversations.accounts[user_id]
            payments.tell_refund(account, charge, int(body["amount"]), str(body["payload"]))
        case _:
            telegram.faults.payments.order(str(body["fault"]), body.get("value"), times=int(body.get("times", 1)))
    return {"payments": telegram.faults.payments.waiting}
