"""The logs of libraries, which may quote what is sent: without the level at which they do."""

import logging

_QUOTING = ("aiogram", "asyncio", "boto3", "botocore", "pynamodb", "urllib3")
"""At level DEBUG PynamoDB and botocore log items and answers, with personal data and the values of secrets; urllib3
logs paths, and those of the Bot API contain the token."""


def without_quotations() -> None:
    """Let libraries log from level INFO on, also where the level of the function is DEBUG (`ApplicationLogLevel`)."""
    for name in _QUOTING:
        logging.getLogger(name).setLevel(logging.INFO)
