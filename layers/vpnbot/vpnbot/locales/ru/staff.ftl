# Сторона команды.
button-admin = 👑 Магазин
admin-home = 👑 Ничего не ждёт. Что посмотрим?
admin-home-today = 📊 Сегодня: новых { $met }, пробных { $trials }, продаж { $sales }
admin-home-revenue = 💰 { $amount }
admin-home-active = 👥 На тарифе { $active }, на пробном { $trial }
admin-home-waits = 👑 Ждут вас:
button-waiting = ⚠️ Ждут вас: { $count }
waiting =
    ⚠️ { $count ->
        [one] Вас ждёт { $count } дело.
        [few] Вас ждут { $count } дела.
       *[other] Вас ждут { $count } дел.
    } Самые давние сверху.
waiting-nothing = ✅ Вас ничего не ждёт.
waiting-held = ⏸ Платежей ждут решения: { $count }
waiting-by_hand = 💸 Возвраты, которые нужно отправить: { $count }
waiting-refund = ↩️ Просят вернуть деньги: { $count }
waiting-unmatched = ❓ Платежи без заказа: { $count }
waiting-no_key = 🔑 Оплачено, но ключи не работают: { $count }
waiting-without_answer = 💬 Долго ждут ответа: { $count }
waiting-compensation = 🎁 Решить о днях за сбой: { $count }
button-waiting-held = ⏸ { $about }, { $since }
button-waiting-by_hand = 💸 { $about }, { $since }
button-waiting-refund = ↩️ { $about }, { $since }
button-waiting-unmatched = ❓ { $about }, { $since }
button-waiting-no_key = 🔑 { $about }, { $since }
button-waiting-without_answer = 💬 { $about }, { $since }
button-waiting-compensation = 🎁 { $about }, { $since }
button-waiting-answered = ✅ { $about }: ответили

button-feed = 🗞 Что было
button-feed-older = ➡️ Раньше
feed = 🗞 Что было, новое сверху.
feed-empty = 🗞 За две недели ничего не произошло.
feed-line = { $number }. { $at }: { $event }
feed-met = 👋 Новый человек{ $person }
feed-trial = 🎁 Пробный период{ $person }
feed-sale = 💰 { $amount }: { $plan }, { $period }, { $provider }{ $person }
feed-renewal = 🔄 { $amount }: { $plan }, { $period }, { $provider }, продление{ $person }
feed-held = ⏸ { $amount } ждут решения, { $provider }{ $person }
feed-refund = ↩️ Вернули { $amount }, { $provider }{ $person }
news-more = … и ещё { $count }
