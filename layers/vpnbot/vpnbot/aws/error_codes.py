"""The code of an error that botocore raises."""

from botocore.exceptions import BotoCoreError, ClientError


def code_of(error: BotoCoreError | ClientError) -> str:
    """Return the code that AWS answered; for an error of botocore itself, the name of its class."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    return str(code or type(error).__name__)
