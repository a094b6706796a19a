"""A bot with a few screens, for tests of the chat page: it edits messages, answers taps, sends pictures and files."""

import io
import json
from typing import Any, cast

import aiohttp
import segno
from aiohttp import web

type Json = dict[str, object]

KEY = "vless://3f2c7a54-1f0e-4c55-9b64-0f6a7d1f9a10@vpn.example.org:443?type=tcp&security=reality#demo"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "new": "Fast, private internet on up to 2 devices. 3 days free. No card, no sign-up.",
        "try": "🎁 Try free",
        "write": "💬 Write to us",
        "other": "🌐 Русский",
        "ready": "🎉 <b>3 days</b>, up to 2 devices, until <b>24 November, 15:00 MSK</b>. What shall we connect?",
        "connect": "<b>iPhone, iPad</b>: 1. Install Happ. 2. Tap “Open”. 3. Turn VPN on in the app.\n\n"
        f"<code>{KEY}</code>",
        "install": "⬇️ Install",
        "open": "🚀 Open",
        "copy": "📋 Copy link",
        "qr": "QR",
        "data": "🗂 My data",
        "home": "🏠 Home",
        "scan": "Scan it in Happ on your other device. It is your personal key; keep it private.",
        "hide": "🙈 Hide",
        "toast": "Your key is ready",
        "alert": "Nothing was charged. <3",
    },
    "ru": {
        "new": "Быстрый приватный интернет, до 2 устройств. 3 дня бесплатно. Без карты и регистрации.",
        "try": "🎁 Попробовать бесплатно",
        "write": "💬 Написать нам",
        "other": "🌐 English",
        "ready": "🎉 <b>3 дня</b>, до 2 устройств, до <b>24 ноября, 15:00 МСК</b>. Что подключаем?",
        "connect": "<b>iPhone, iPad</b>: 1. Установите Happ. 2. Нажмите «Открыть». 3. Включите VPN в приложении.\n\n"
        f"<code>{KEY}</code>",
        "install": "⬇️ Установить",
        "open": "🚀 Открыть",
        "copy": "📋 Скопировать ссылку",
        "qr": "QR",
        "data": "🗂 Мои данные",
        "home": "🏠 Главная",
        "scan": "Отсканируйте в Happ на другом устройстве. Это личный ключ, не показывайте его.",
        "hide": "🙈 Скрыть",
        "toast": "Ключ готов",
        "alert": "Ничего не списано. <3",
    },
}


class SampleBot:
    """Answers updates that the fake Telegram posts to it; `base` is the address of the fake Telegram."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._token = token
        self.http: aiohttp.ClientSession
        self.silent = False
        self.checkout: Json = {"ok": True}

    async def on_update(self, request: web.Request) -> web.Response:
        """Answer one update."""
        update = await request.json()
        if "pre_checkout_query" in update:
            query_id = update["pre_checkout_query"]["id"]
            answer = {"method": "answerPreCheckoutQuery", "pre_checkout_query_id": query_id, **self.checkout}
            return web.json_response(answer)
        message = update.get("message", {})
        if "text" in message and message["chat"]["type"] == "private":
            words = WORDS[message["from"]["language_code"]]
            chat = {"chat_id": message["chat"]["id"]}
            await self.call("sendChatAction", **chat, action="typing")
            await self.call("sendMessage", **chat, **self._screen("new", words))
        if "callback_query" in update:
            return await self._on_tap(update["callback_query"])
        return web.Response()

    async def _on_tap(self, query: Json) -> web.Response:
        if self.silent:
            return web.Response()
        person, message = cast("Json", query["from"]), cast("Json", query["message"])
        words = WORDS[str(person["language_code"])]
        chat = {"chat_id": cast("Json", message["chat"])["id"]}
        here = {**chat, "message_id": message["message_id"]}
        answer: Json = {"method": "answerCallbackQuery", "callback_query_id": query["id"]}
        data = str(query["data"])
        if data in {"new", "ready", "connect"}:
            await self.call("editMessageText", **here, **self._screen(data, words))
            answer |= {"text": words["toast"]} if data == "ready" else {}
        elif data == "qr":
            await self._upload("sendPhoto", "photo", qr_png(), "qr.png", words, str(chat["chat_id"]))
        elif data == "hide":
            await self.call("deleteMessage", **here)
        elif data == "data":
            content = json.dumps({"language": person["language_code"]}).encode()
            await self._upload("sendDocument", "document", content, "my-data.json", {}, str(chat["chat_id"]))
        elif data == "alert":
            answer |= {"text": words["alert"], "show_alert": True}
        return web.json_response(answer)

    def _screen(self, name: str, words: dict[str, str]) -> Json:
        keyboards: dict[str, list[list[Json]]] = {
            "new": [
                [{"text": words["try"], "callback_data": "ready", "style": "primary"}],
                [
                    {"text": words["write"], "url": "https://example.org/support"},
                    {"text": words["other"], "callback_data": "alert"},
                ],
            ],
            "ready": [
                [
                    {"text": "iPhone, iPad", "callback_data": "connect"},
                    {"text": "Android", "callback_data": "connect"},
                ],
                [{"text": "Windows", "callback_data": "connect"}, {"text": "Mac", "callback_data": "connect"}],
                [{"text": words["home"], "callback_data": "new"}],
            ],
            "connect": [
                [
                    {"text": words["install"], "url": "https://example.org/happ"},
                    {"text": words["open"], "url": "https://example.org/s/open"},
                ],
                [
                    {"text": words["copy"], "copy_text": {"text": "https://example.org/s/token"}},
                    {"text": words["qr"], "callback_data": "qr"},
                ],
                [{"text": words["data"], "callback_data": "data"}, {"text": words["home"], "callback_data": "new"}],
            ],
        }
        return {
            "text": words[name],
            "parse_mode": "HTML",
            "reply_markup": {"inline_keyboard": keyboards[name]},
        }

    async def call(self, method: str, **arguments: object) -> Any:
        """Call a method; return its result."""
        async with self.http.post(f"{self._base}/bot{self._token}/{method}", json=arguments) as response:
            return (await response.json()).get("result")

    async def _upload(
        self, method: str, field: str, content: bytes, name: str, words: dict[str, str], chat_id: str
    ) -> None:
        form = aiohttp.FormData({"chat_id": chat_id})
        form.add_field(field, content, filename=name)
        if words:
            markup = {"inline_keyboard": [[{"text": words["hide"], "callback_data": "hide"}]]}
            form.add_field("caption", words["scan"])
            form.add_field("reply_markup", json.dumps(markup))
        async with self.http.post(f"{self._base}/bot{self._token}/{method}", data=form) as response:
            await response.read()


def qr_png() -> bytes:
    """Return the key as a QR code in PNG."""
    buffer = io.BytesIO()
    segno.make(KEY, error="m").save(buffer, kind="png", scale=8, border=3)
    return buffer.getvalue()
