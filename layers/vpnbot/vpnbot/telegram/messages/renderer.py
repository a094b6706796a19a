"""Rendering of screens as text in one language and keyboards of Telegram."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from vpnbot.domain.money import Money
from vpnbot.localization.formatting import format_day, format_duration, format_money, format_time
from vpnbot.localization.language_names import language_called
from vpnbot.localization.messages import MessageArgument, Messages
from vpnbot.telegram.aiogram_runtime.screen_call import Buttons
from vpnbot.telegram.messages.button_styles import Style, main_of, style_of
from vpnbot.telegram.messages.screen import Argument, Button, Day, Language, Paragraph, Phrase, Rows, Screen, Titles

if TYPE_CHECKING:
    from aiogram.types import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders screens in one language."""

    messages: Messages
    language: str

    def html(self, screen: Screen) -> str:
        """Return the text of a screen, as HTML for Telegram."""
        return "\n\n".join(self._paragraph(paragraph) for paragraph in screen.paragraphs)

    def buttons(self, rows: Rows) -> Buttons:
        """Return the buttons of an inline keyboard, as the Bot API takes them."""
        main = main_of(rows)
        return [[self._button(button, style_of(button, main)) for button in line] for line in rows]

    def keyboard(self, rows: Rows) -> "InlineKeyboardMarkup | None":
        """Return the keyboard as aiogram's methods take it; None if there are no buttons."""
        from aiogram.types import InlineKeyboardMarkup

        return InlineKeyboardMarkup.model_validate({"inline_keyboard": self.buttons(rows)}) if rows else None

    def _paragraph(self, paragraph: Paragraph) -> str:
        lines = paragraph if isinstance(paragraph, tuple) else (paragraph,)
        return "\n".join(self.words(line) for line in lines)

    def words(self, text: Phrase | str) -> str:
        """Return a phrase as HTML, with all arguments escaped."""
        if isinstance(text, str):
            return escape(text, quote=False)
        return self.messages.text(self.language, text.message, self._arguments(text.arguments))

    def plain(self, text: Phrase | str) -> str:
        """Return a phrase as plain text, for buttons, toasts and file names."""
        if isinstance(text, str):
            return text
        values = {name: self._value(value) for name, value in text.arguments.items()}
        return self.messages.text(self.language, text.message, values)

    def _arguments(self, arguments: Mapping[str, Argument]) -> dict[str, MessageArgument]:
        values = {name: self._value(value) for name, value in arguments.items()}
        return {name: escape(v, quote=False) if isinstance(v, str) else v for name, v in values.items()}

    def _value(self, value: Argument) -> MessageArgument:
        match value:
            case datetime():
                return format_time(self.messages, self.language, value)
            case timedelta():
                return format_duration(self.messages, self.language, value)
            case Day():
                return format_day(self.messages, self.language, value.moment)
            case Titles():
                titles = value.by_language
                return titles.get(self.language) or titles.get("en") or next(iter(titles.values()), "–")
            case Language():
                return language_called(self.messages, self.language, value.code)
            case Money():
                return format_money(self.messages, self.language, value)
            case Phrase():
                return self.plain(value)
        return value

    def _button(self, button: Button, style: Style | None) -> dict[str, Any]:
        fields = {
            "text": self.plain(button.label),
            "style": style,
            "url": button.url,
            "callback_data": button.action,
            "copy_text": None if button.copy is None else {"text": button.copy},
        }
        return {name: value for name, value in fields.items() if value is not None}
