# Рекламные ссылки, для команды.
button-ads = 🔗 Реклама
button-ads-back = 🔗 Все ссылки
button-ad-new = ➕ Новая ссылка
button-ad-name = ✏️ Название
button-ad-cost = 💰 Затраты
button-ad-qr = ▦ QR-код
button-ad-delete = 🗑 Удалить
ads = 🔗 Рекламные ссылки, сначала новые.
ads-none = 🔗 Рекламных ссылок пока нет. Ссылка считает новых людей с рекламы, их пробные периоды и оплаты.
ad-line = { $state ->
        [live] 🟢
        [paused] ⏸
       *[deleted] ⚪️
    } { $title }
ad-people = Новых: { $people }, пробных: { $trials }, оплатили: { $payers }
ad-revenue = Выручка: { $amount }
ad-refunds = Возвраты: { $amount }
ad-cost = Затраты: { $amount }
ad-cost-each = Затраты: { $amount }, на каждого оплатившего { $each }
ad-made = ✅ Ссылка создана.
ad-saved = ✅ Сохранили.
ad-code = 🔗 { $title }
ad-ask-title = 🔗 Как назвать эту рекламу? Отправьте название, его увидит только команда.
ad-ask-cost = 💰 Сколько стоила реклама? Отправьте сумму, например 5000 или 60 USD. 0 значит «неизвестно».
ad-ask-delete = 🗑 Удалить «{ $title }»? Новые люди по этой ссылке попадут в «другие». Уже посчитанное останется.
act-name-make_link = создана рекламная ссылка
act-name-name_link = рекламная ссылка названа
act-name-cost_of_link = затраты на рекламу
act-name-pause_link = рекламная ссылка на паузе
act-name-resume_link = рекламная ссылка включена
act-name-delete_link = рекламная ссылка удалена
