# Рассылки: одно сообщение многим людям.
button-broadcasts = 📣 Рассылки
button-broadcasts-back = 📣 Все рассылки
button-broadcast-new = ✏️ Новая рассылка
button-broadcast-cancel = ✖️ Отменить
button-broadcast-text = ✏️ { $language }
button-broadcast-buttons = 🔘 Кнопки
button-broadcast-who = 👥 Кому
button-broadcast-kind-news = 📰 Новость
button-broadcast-kind-service = 🔧 Работа сервиса
button-broadcast-show = 👀 Показать
button-broadcast-when = 🕓 Позже
button-broadcast-send = 🚀 Отправить
button-broadcast-drop = 🗑 Убрать
button-broadcast-unschedule = ✏️ В черновик
button-broadcast-yes = ✅ Отправить
button-broadcast-pause = ⏸ Пауза
button-broadcast-resume = ▶️ Дальше
button-broadcast-stop = ⏹ Прекратить
button-broadcast-refresh = 🔄 Обновить
button-broadcast-delete = 🗑 Удалить у всех
button-broadcast-plans = ⭐ Тарифы
button-broadcast-connect = 🔌 Подключить
button-broadcast-home = 🏠 Главная
button-broadcast-page = 🔗 Страница
button-broadcast-add = ➕ { $label }
button-broadcast-remove = ➖ { $label }
broadcasts = 📣 Рассылки, новые сверху.
broadcasts-none = 📣 Рассылок пока нет.
broadcast-line-draft = 📝 { $title }
broadcast-line-scheduled = 🕓 { $title }
broadcast-line-asleep = 💤 { $title }
broadcast-line-running = 🚀 { $title }
broadcast-line-paused = ⏸ { $title }
broadcast-line-done = ✅ { $title }
broadcast-line-cancelled = ⏹ { $title }
broadcast-line-deleting = 🗑 { $title }
broadcast-line-deleted = 🗑 { $title }
broadcast-compose = 📣 Пришлите сообщение таким, каким его увидят: текст, фото, видео или файл. К альбому кнопок не добавить.
broadcast-compose-language = 📣 Пришлите сообщение на этом языке: { $language }
broadcast-bad-kind = Такое сообщение многим не отправить.
broadcast-bad-album = К альбому кнопок не добавить: пришлите одну картинку.
broadcast-bad-empty = В нём нет текста.
broadcast-bad-too_long = Слишком длинно: до 4096 знаков, под картинкой до 1024.
broadcast-saved = ✅ Сохранили.
message-refused = ✋ Telegram не принимает это сообщение: { $reason }
broadcast-changed = С тех пор рассылку изменили. Вот какая она сейчас:
broadcast-preview = ⬆️ Так это увидят. { $segment }, { $language }: { $count }, около { $minutes }.
broadcast-count = { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[other] { $count } человек
    }
broadcast-count-at-least = не меньше { $count ->
        [one] { $count } человека
       *[other] { $count } человек
    }
broadcast-kind-news = 📰 Кто отключил новости, не получит.
broadcast-kind-service = 🔧 Получат все, и без новостей тоже.
broadcast-one-language = Нет текста: { $language }. Им придёт другой.
broadcast-who = 👥 Кому отправим?
broadcast-buttons = 🔘 До трёх кнопок. Нажмите, чтобы убрать.
broadcast-page = 🔗 Пришлите название и адрес, например: Наш канал https://t.me/example
broadcast-bad-page = Это не название с адресом https.
broadcast-when = 🕓 Когда? Например, 21:30 или 5.12 10:00. Сейчас { $now }.
broadcast-bad-time = Нужно время в ближайшие 60 дней.
broadcast-confirm = 🚀 Отправляем сейчас: { $count }? Можно остановить, а в течение 48 часов и удалить.
broadcast-confirm-delete = 🗑 Удалить в { $count } чатах? Что старше 48 часов, останется.
broadcast-scheduled = 🕓 Начнём { $at }.
broadcast-asleep = 💤 Пропустили { $at } и ничего не отправили. Отправить сейчас?
broadcast-running = { $bar } { $done } из { $count }. Дошло { $sent }, заблокировали { $blocked }, не вышло { $failed }.
broadcast-paused = ⏸ Пауза: { $done } из { $count }. Дошло { $sent }, заблокировали { $blocked }, не вышло { $failed }.
broadcast-stopped = ✋ Остановились сами: { $reason } Дошло { $sent } из { $count }, не вышло { $failed }.
broadcast-done = ✅ Дошло до { $sent } из { $count }. Заблокировали { $blocked }, не вышло { $failed }, неизвестно { $unsure }.
broadcast-cancelled = ⏹ Прекратили. Дошло до { $sent }.
broadcast-deleting = 🗑 Удаляем, получили { $sent }.
broadcast-deleted = 🗑 Удалили.
segment-everybody = Все
segment-never_tried = Не пробовали
segment-trial = На пробном
segment-never_connected = Не подключились
segment-active = Платят
segment-ends_soon = Конец за 3 дня
segment-expired_lately = Ушли ≤ 30 дней
segment-expired_long_ago = Ушли > 30 дней
segment-all-languages = все языки
