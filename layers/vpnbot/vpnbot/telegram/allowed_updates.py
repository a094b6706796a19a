"""The kinds of update the webhook asks Telegram for; a test holds this against what the dispatcher handles."""

ALLOWED_UPDATES: tuple[str, ...] = ("message", "callback_query", "my_chat_member")
