"""The fake Telegram: the Bot API server, the people who write to the bot, and their chat page."""
