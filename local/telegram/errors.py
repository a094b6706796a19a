"""How the fake Bot API refuses, in Telegram's own words."""


class BotApiError(Exception):
    """A call that Telegram refuses; becomes `{"ok": false, "error_code": …, "description": …}`."""

    def __init__(self, code: int, description: str, *, retry_after_seconds: int | None = None) -> None:
        """Keep what the answer needs: `code` is both the HTTP status and `error_code`."""
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds

    def as_json(self) -> dict[str, object]:
        """Return the body that the Bot API answers with."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after_seconds is not None:
            body["parameters"] = {"retry_after": self.retry_after_seconds}
        return body


def bad_request(reason: str) -> BotApiError:
    """Return the 400 that starts with "Bad Request:" as every client library expects."""
    return BotApiError(400, f"Bad Request: {reason}")


def conflict(reason: str) -> BotApiError:
    """Return the 409 of two readers on one bot."""
    return BotApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after_seconds: int) -> BotApiError:
    """Return the 429 that names when to come back."""
    return BotApiError(
        429,
        f"Too Many Requests: retry after {retry_after_seconds}",
        retry_after_seconds=retry_after_seconds,
    )


def not_emulated(what: str) -> BotApiError:
    """Return the loud 501: the fake does not pretend to know what it does not know."""
    return BotApiError(501, f"Not Implemented: the fake Telegram does not emulate {what}")
