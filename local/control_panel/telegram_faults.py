"""Faults of the Bot API that the control panel orders. The body of `POST faults/telegram` is one of

{"code": 429, "retry_after"?: s, "times"?: n, "method"?: …, "description"?: text}   rejects the next calls
{"lose_answers": n, "method"?: …}   carries out the next calls, and the bot gets no answer
{"slow": true, "all_per_second"?: n, "private_per_second"?: n}   rejects messages above these rates with 429, until
                                                                  {"slow": false}
"""

from local.control_panel.requests import Body
from local.telegram.faults import Faults


def order_telegram_fault(faults: Faults, body: Body) -> None:
    """Reject the next calls, lose the answers to them, or slow down."""
    method = body.get("method")
    if "slow" in body:
        _slow_down(faults, body)
    elif lost := int(body.get("lose_answers", 0)):
        faults.lose_answers(lost, method=method)
    else:
        faults.next_calls_fail(
            int(body.get("code", 429)),
            retry_after=int(body.get("retry_after", 2)),
            times=int(body.get("times", 1)),
            method=method,
            description=str(body.get("description", "")),
        )


def state_of(faults: Faults) -> Body:
    """Return how many faults are not used yet, and whether Telegram is slow."""
    return {**faults.waiting, "slow": faults.limits.slow}


def _slow_down(faults: Faults, body: Body) -> None:
    faults.limits.clear()
    if body["slow"]:
        rates = {name: int(body[name]) for name in ("all_per_second", "private_per_second") if name in body}
        faults.limits.slow_down(**rates)
