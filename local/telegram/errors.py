"""The errors of the fake Bot API, with Telegram's texts."""


class BotApiError(Exception):
    """A call that Telegram rejects; becomes `{"ok": false, "error_code": …, "description": …}`."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after_seconds: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        """Keep the fields of the answer: `code` is both the HTTP status and `error_code`.

        `migrate_to_chat_id` is the supergroup that the addressed group has become.
        """
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds
        self.migrate_to_chat_id = migrate_to_chat_id

    def as_json(self) -> dict[str, object]:
        """Return the body that the Bot API answers with."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        known = {"retry_after": self.retry_after_seconds, "migrate_to_chat_id": self.migrate_to_chat_id}
        parameters = {name: value for name, value in known.items() if value is not None}
        return body | ({"parameters": parameters} if parameters else {})


def bad_request(reason: str) -> BotApiError:
    """Return a 400 whose text starts with "Bad Request:", as client libraries expect."""
    return BotApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> BotApiError:
    """Return a 403: the bot may not write to this chat."""
    return BotApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> BotApiError:
    """Return the 409 for a second receiver of the bot's updates."""
    return BotApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after_seconds: int) -> BotApiError:
    """Return the 429 with the seconds to wait."""
    return BotApiError(
        429,
        f"Too Many Requests: retry after {retry_after_seconds}",
        retry_after_seconds=retry_after_seconds,
    )


def not_emulated(what: str) -> BotApiError:
    """Return the 501 for a part of the Bot API that the fake does not emulate."""
    return BotApiError(501, f"Not Implemented: the fake Telegram does not emulate {what}")
