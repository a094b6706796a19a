"""The text and keyboard of each screen of a customer's journey, in both languages."""

from dataclasses import dataclass

from tests.functional.conversation.harness import Language


@dataclass(frozen=True)
class Shown:
    """The text and keyboard of a screen; in `keyboard`, `|` separates buttons and `/` separates rows."""

    text: str
    keyboard: str


HOMES: dict[str, dict[Language, Shown]] = {
    "new": {
        "en": Shown(
            "Fast, private internet on up to 2 devices. 3 days free. No card, no sign-up. "
            "By tapping “Try free” you accept the terms.",
            "🎁 Try free / Terms | Privacy / 💬 Write to us | 🌐 Русский",
        ),
        "ru": Shown(
            "Быстрый приватный интернет, до 2 устройств. 3 дня бесплатно. Без карты и регистрации. "
            "Нажимая «Попробовать бесплатно», вы принимаете условия.",
            "🎁 Попробовать бесплатно / Условия | Приватность / 💬 Написать нам | 🌐 English",
        ),
    },
    "making_key": {
        "en": Shown(
            "⏳ Making your key, usually under a minute. We'll message you; your time starts then.",
            "🔄 Refresh | 💬 Write to us",
        ),
        "ru": Shown(
            "⏳ Готовим ключ, обычно меньше минуты. Напишем, когда будет готов: время пойдёт с этого момента.",
            "🔄 Обновить | 💬 Написать нам",
        ),
    },
    "key_ready": {
        "en": Shown(
            "🎉 3 days, up to 2 devices, until 4 Mar, 12:00 UTC. What shall we connect?",
            "iPhone, iPad | Android / Windows | Mac / Linux | TV / 🏠 Home",
        ),
        "ru": Shown(
            "🎉 3 дня, до 2 устройств, до 4 мар, 15:00 МСК. Что подключаем?",
            "iPhone, iPad | Android / Windows | Mac / Linux | ТВ / 🏠 Главная",
        ),
    },
    "running": {
        "en": Shown(
            "🟢 VPN is on, 3 d left. Trial until 4 Mar, 12:00 UTC, up to 2 devices. 🌍 🇳🇱",
            "🔌 Connect / 🛠 VPN doesn't work | ⚙️ Settings",
        ),
        "ru": Shown(
            "🟢 VPN работает, осталось 3 д. Пробный период до 4 мар, 15:00 МСК, до 2 устройств. 🌍 🇳🇱",
            "🔌 Подключиться / 🛠 VPN не работает | ⚙️ Настройки",
        ),
    },
    "last_day": {
        "en": Shown(
            "🟡 VPN switches off in 4 h 10 min. Nothing will be charged.",
            "🔔 Tell me when plans open / 🔌 Connect | 🛠 VPN doesn't work / ⚙️ Settings",
        ),
        "ru": Shown(
            "🟡 VPN отключится через 4 ч 10 мин. Деньги не спишутся.",
            "🔔 Узнать о тарифах первым / 🔌 Подключиться | 🛠 VPN не работает / ⚙️ Настройки",
        ),
    },
    "expired": {
        "en": Shown(
            "⚪️ VPN is off. Your link is kept until 3 Apr, 12:00 UTC and works again once you renew.",
            "🔔 Tell me when plans open / 💬 Write to us | ⚙️ Settings",
        ),
        "ru": Shown(
            "⚪️ VPN отключён. Ссылка хранится до 3 апр, 15:00 МСК и снова заработает после продления.",
            "🔔 Узнать о тарифах первым / 💬 Написать нам | ⚙️ Настройки",
        ),
    },
    "link_gone": {
        "en": Shown(
            "⚪️ VPN is off. Your old link is gone; you get a new one when you choose a plan.",
            "🔔 Tell me when plans open / 💬 Write to us | ⚙️ Settings",
        ),
        "ru": Shown(
            "⚪️ VPN отключён. Старой ссылки больше нет, новая появится, когда выберете тариф.",
            "🔔 Узнать о тарифах первым / 💬 Написать нам | ⚙️ Настройки",
        ),
    },
    "trial_used": {
        "en": Shown(
            "👋 Welcome back! Your free trial has already been used.",
            "🔔 Tell me when plans open / 💬 Write to us | ⚙️ Settings",
        ),
        "ru": Shown(
            "👋 С возвращением! Пробный период уже использован.",
            "🔔 Узнать о тарифах первым / 💬 Написать нам | ⚙️ Настройки",
        ),
    },
    "paused": {
        "en": Shown(
            "⏸ Access is paused. Write to us and we'll sort it out.",
            "💬 Write to us / ⚙️ Settings",
        ),
        "ru": Shown(
            "⏸ Доступ приостановлен. Напишите нам, разберёмся.",
            "💬 Написать нам / ⚙️ Настройки",
        ),
    },
}
TAPPED: dict[str, dict[Language, tuple[tuple[str, ...], Shown]]] = {
    "platform": {
        "en": (
            ("Android",),
            Shown(
                "Android 1. Install Happ. 2. Tap “Open”. 3. Turn VPN on in the app.",
                "⬇️ Install | 🚀 Open / 📋 Copy link | QR / Another app | 🛠 VPN doesn't work / ⬅️ Devices",
            ),
        ),
        "ru": (
            ("Android",),
            Shown(
                "Android 1. Установите Happ. 2. Нажмите «Открыть». 3. Включите VPN в приложении.",
                "⬇️ Установить | 🚀 Открыть / 📋 Скопировать | QR / "
                "Другое приложение | 🛠 VPN не работает / ⬅️ Устройства",
            ),
        ),
    },
    "a computer with one app": {
        "en": (
            ("Linux",),
            Shown(
                "Linux 1. On the computer, open this chat, or your link in a browser. 2. Install Happ. "
                "3. Tap “Open”, turn VPN on.",
                "📋 Copy link | QR / ⬇️ Download | 🚀 Open / 🛠 VPN doesn't work / ⬅️ Devices",
            ),
        ),
        "ru": (
            ("Linux",),
            Shown(
                "Linux 1. На компьютере откройте этот чат или свою ссылку в браузере. 2. Установите Happ. "
                "3. Нажмите «Открыть», включите VPN.",
                "📋 Скопировать | QR / ⬇️ Скачать | 🚀 Открыть / 🛠 VPN не работает / ⬅️ Устройства",
            ),
        ),
    },
    "which TV": {
        "en": (("TV",), Shown("TV: which one is it?", "Apple TV | Android TV / ⬅️ Devices")),
        "ru": (("ТВ",), Shown("ТВ: какой у вас?", "Apple TV | Android TV / ⬅️ Устройства")),
    },
    "a TV": {
        "en": (
            ("TV", "Apple TV"),
            Shown(
                "Apple TV 1. Install Happ on the TV. 2. Choose “Web Import” in it. "
                "3. Scan its QR code with your phone, paste your link, send.",
                "⬇️ App Store | 📺 Send to TV / 📋 Copy link / 🛠 VPN doesn't work / ⬅️ Devices",
            ),
        ),
        "ru": (
            ("ТВ", "Android TV"),
            Shown(
                "Android TV 1. Установите Happ на телевизор. 2. Выберите в нём «Web Import». "
                "3. Отсканируйте QR с экрана телефоном, вставьте ссылку и отправьте.",
                "⬇️ Google Play | 📺 На ТВ / 📋 Скопировать / 🛠 VPN не работает / ⬅️ Устройства",
            ),
        ),
    },
    "QR of a computer": {
        "en": (
            ("Mac", "QR"),
            Shown(
                "Scan it with the camera of your computer: your page opens there. "
                "It is your personal key; keep it private.",
                "🙈 Hide",
            ),
        ),
        "ru": (
            ("Mac", "QR"),
            Shown(
                "Отсканируйте камерой компьютера: там откроется ваша страница. Это личный ключ, не показывайте его.",
                "🙈 Скрыть",
            ),
        ),
    },
    "another app": {
        "en": (
            ("iPhone", "Another app"),
            Shown("iPhone, iPad: which app do you use?", "Happ / v2RayTun / Streisand / ⬅️ Back | 🏠 Home"),
        ),
        "ru": (
            ("iPhone", "Другое приложение"),
            Shown(
                "iPhone, iPad: каким приложением пользуетесь?",
                "Happ / v2RayTun / Streisand / ⬅️ Назад | 🏠 Главная",
            ),
        ),
    },
    "qr": {
        "en": (
            ("Android", "QR"),
            Shown(
                "Scan it in Happ on your other device. It is your personal key; keep it private.",
                "🙈 Hide",
            ),
        ),
        "ru": (
            ("Android", "QR"),
            Shown(
                "Отсканируйте в Happ на другом устройстве. Это личный ключ, не показывайте его.",
                "🙈 Скрыть",
            ),
        ),
    },
    "doesn't work, for the customer to mend": {
        "en": (
            ("Home", "VPN doesn't work"),
            Shown(
                "✅ Access ✅ Server ❌ The app hasn't loaded your link yet. Tap Connect and do steps 1–3.",
                "🔌 Connect / 🔄 Check again | 💬 Write to us / 🏠 Home",
            ),
        ),
        "ru": (
            ("Главная", "VPN не работает"),
            Shown(
                "✅ Доступ ✅ Сервер ❌ Приложение ещё не загрузило ссылку. Нажмите «Подключиться» и пройдите "
                "шаги 1–3.",
                "🔌 Подключиться / 🔄 Проверить | 💬 Написать нам / 🏠 Главная",
            ),
        ),
    },
    "settings": {
        "en": (
            ("Home", "Settings"),
            Shown(
                "⚙️ Language: English.",
                "English | Русский / 🔑 New link | 🗂 My data / 📱 My devices / 🔕 Don't remind | 🔕 Stop news"
                " / Terms | Privacy / 🏠 Home",
            ),
        ),
        "ru": (
            ("Главная", "Настройки"),
            Shown(
                "⚙️ Язык: русский.",
                "English | Русский / 🔑 Новая ссылка | 🗂 Мои данные / 📱 Мои устройства"
                " / 🔕 Не напоминать | 🔕 Без новостей / Условия | Приватность / 🏠 Главная",
            ),
        ),
    },
    "my data": {
        "en": (
            ("Home", "Settings", "My data"),
            Shown(
                "We keep your language, subscription, keys, devices, payments, email for receipts, and their "
                "history. The bot does not record the sites you visit.",
                "⬇️ Download | 🗑 Delete / ⬅️ Back | 🏠 Home",
            ),
        ),
        "ru": (
            ("Главная", "Настройки", "Мои данные"),
            Shown(
                "Храним язык, подписку, ключи, устройства, платежи, почту для чеков и их историю. "
                "Посещённые сайты бот не записывает.",
                "⬇️ Скачать | 🗑 Удалить / ⬅️ Назад | 🏠 Главная",
            ),
        ),
    },
    "delete": {
        "en": (
            ("Home", "Settings", "My data", "Delete"),
            Shown(
                "Delete everything? Keys take no new connections; you lose 3 d. We keep only an "
                "anonymous trial mark, and payments as the law requires.",
                "Keep / 🗑 Delete everything",
            ),
        ),
        "ru": (
            ("Главная", "Настройки", "Мои данные", "Удалить"),
            Shown(
                "Удалить всё? По ключам больше не подключиться, остаток (3 д) пропадёт. Останутся "
                "обезличенная отметка о пробном периоде и платежи, как требует закон.",
                "Оставить / 🗑 Удалить всё",
            ),
        ),
    },
}
SERVERS: dict[Language, Shown] = {
    "en": Shown(
        "🌍 Your servers ✅ 🇩🇪 Germany, 🇫🇮 Finland, 🇳🇱 Netherlands If one is slow, choose another in the app.",
        "🛠 VPN doesn't work / 🔄 Refresh | 🏠 Home",
    ),
    "ru": Shown(
        "🌍 Ваши серверы ✅ 🇩🇪 Германия, 🇫🇮 Финляндия, 🇳🇱 Нидерланды "
        "Если один медленный, выберите в приложении другой.",
        "🛠 VPN не работает / 🔄 Обновить | 🏠 Главная",
    ),
}
"""The servers of a person with a key on each of three, while no failure is known."""
NOTIFICATIONS: dict[float, dict[Language, Shown]] = {
    48.1: {
        "en": Shown(
            "⏳ VPN switches off on 4 Mar, 12:00 UTC. Tap below, and we'll tell you when plans open.",
            "🔔 Tell me when plans open / 🔕 Don't remind me",
        ),
        "ru": Shown(
            "⏳ VPN отключится 4 мар, 15:00 МСК. Нажмите ниже, и мы сообщим, когда откроются тарифы.",
            "🔔 Узнать о тарифах первым / 🔕 Не напоминать",
        ),
    },
    69.1: {
        "en": Shown(
            "⏳ VPN switches off on 4 Mar, 12:00 UTC, in 3 h. Tap below, and we'll tell you when plans open.",
            "🔔 Tell me when plans open / 🔕 Don't remind me",
        ),
        "ru": Shown(
            "⏳ VPN отключится 4 мар, 15:00 МСК, через 3 ч. Нажмите ниже, и мы сообщим, когда откроются тарифы.",
            "🔔 Узнать о тарифах первым / 🔕 Не напоминать",
        ),
    },
    72.1: {
        "en": Shown(
            "⚪️ VPN is off: your trial is over. Thanks for trying it! Nothing was charged.",
            "🔔 Tell me when plans open / 💬 Write to us",
        ),
        "ru": Shown(
            "⚪️ VPN отключён: пробный период закончился. Спасибо, что попробовали! Ничего не списано.",
            "🔔 Узнать о тарифах первым / 💬 Написать нам",
        ),
    },
    96.1: {
        "en": Shown(
            "How was the VPN? One tap is enough; we won't ask again.",
            "👍 Good | 👎 Had problems / 🔔 Tell me when plans open",
        ),
        "ru": Shown(
            "Как вам VPN? Достаточно одного нажатия, больше не спросим.",
            "👍 Хорошо | 👎 Проблемы / 🔔 Узнать о тарифах первым",
        ),
    },
}
LANGUAGES: tuple[Language, ...] = ("en", "ru")
