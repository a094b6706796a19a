# Приглашения, для людей.
button-invite = 👥 Пригласить друзей
button-share = 📤 Поделиться
button-copy-invite = 📋 Скопировать
invite-each = 👥 Когда друг впервые оплатит, каждый из вас получит +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }.
invite-both = 👥 Когда друг впервые оплатит: +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } вам, +{ $theirs } другу.
invite-you = 👥 Когда друг впервые оплатит, вы получите +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }.
invite-friend = 👥 Когда друг впервые оплатит, он получит +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }.
invite-counts = Пришли: { $came } · оплатили: { $paid } · дней получено: { $days }
invite-text = Пользуюсь этим VPN. Попробовать можно бесплатно.
invite-qr = Пусть друг наведёт камеру: откроется бот.
button-invite-more = 👥 Пригласить ещё
notice-reward = 🎉 Друг оплатил: +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }, теперь до { $end }. Спасибо!
notice-reward-later = 🎉 Друг оплатил: +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }. Спасибо!
notice-welcome = 🎁 +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } за приход по приглашению друга, теперь до { $end }.
notice-welcome-later = 🎁 +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } за приход по приглашению друга.
notice-reward_taken = ↩️ Оплату вернули, поэтому бонус за приглашение снимаем: { $time }. VPN работает до { $end }.
notice-reward_taken-later = ↩️ Оплату вернули, поэтому бонус за приглашение снимаем: { $time }. Остальное время сохранится.
notice-reward_taken-over = ↩️ Оплату вернули, поэтому бонус за приглашение снимаем: { $time }. VPN отключён.
ledger-reward-for-inviting = дни за приглашение друга
ledger-days-for-an-invited-friend = дни за приход по приглашению
ledger-reward-taken-back = дни за приглашение сняты
ledger-days-of-an-invited-friend-taken-back = дни за приход по приглашению сняты
ledger-reward-not-given = без дней за приглашение

# Настройки приглашений, для владельца.
button-shop-invitations = 👥 Приглашения
button-shop-invites = 👥 Приглашать друзей: { $present }
button-shop-reward_days = 🎁 Кто пригласил: { $present }
button-shop-welcome_days = 🎁 Другу: { $present }
button-shop-reward_minimum = 💰 При оплате от { $present }
button-shop-reward_hold_days = ⏳ Дни придут через: { $present }
button-shop-rewards_a_month = 🔢 За месяц: { $present }
shop-invitations = 👥 Дни за приглашение друзей
shop-invitations-on = Дни получат оба после первой оплаты друга. Сверх числа за месяц решаете вы.
shop-invitations-off = Выключено: кнопки «Пригласить друзей» нет.
shop-ask-reward_days = 🎁 Сколько дней получит пригласивший, когда друг оплатит? 0: нисколько. Сейчас: { $present }
shop-ask-welcome_days = 🎁 Сколько дней получит друг после первой оплаты? 0: нисколько. Сейчас: { $present }
shop-ask-reward_minimum = 💰 С какой оплаты друга давать дни? Целое число в основной валюте. Сейчас: { $present }
shop-ask-reward_hold_days = ⏳ Через сколько дней после оплаты давать дни? Возврат до этого ничего не стоит. Сейчас: { $present }
shop-ask-rewards_a_month = 🔢 За скольких друзей за 30 дней один человек получит дни без вашего согласия? Сейчас: { $present }
shop-value-reward_days = { $number } дн.
shop-value-welcome_days = { $number } дн.
shop-value-reward_hold_days = { $number } дн.
shop-name-invites = приглашения
shop-name-reward_days = дней пригласившему
shop-name-welcome_days = дней другу
shop-name-reward_minimum = оплата друга от
shop-name-reward_hold_days = дней до начисления
shop-name-rewards_a_month = друзей за месяц
finding-reward_days = Дней пригласившему: от 0 до 90.
finding-welcome_days = Дней другу: от 0 до 90.
finding-reward_minimum = Оплата друга: от 0 до 1 000 000.
finding-reward_hold_days = Дней до начисления: от 0 до 60.
finding-rewards_a_month = Друзей за месяц: от 0 до 1000.

# Награды сверх числа за месяц, для владельца.
statistics-invites = 👥 Продажи друзьям: { $sales } · дней начислено: { $days }
waiting-reward = 👥 Решить о днях за приглашения: { $count }
button-waiting-reward = 👥 { $about }, { $since }
button-waiting-list = ⚠️ Ждут вас
button-reward-give = ✅ Начислить
button-reward-refuse = ✖️ Не давать
button-reward-inviter = 👤 Кто пригласил
button-reward-friend = 👤 Друг
reward-question = 👥 { $name }: дни за { $count ->
        [one] { $count } друга
       *[other] { $count } друзей
    } за 30 дней, это предел. Дать ещё { $days } за { $friend }? Друг тоже получит свои дни.
reward-approved = ✅ Оба получат дни в течение двух минут.
reward-refused = ✖️ За эту оплату дни не начислим.
reward-over = Решать уже нечего.
toast-reward-given = ✅ Начислено
toast-reward-refused = ✖️ Не начислено
act-name-give_reward = дни за приглашение начислены
act-name-refuse_reward = в днях за приглашение отказано
ledger-reward-approved = дни за приглашение одобрены
ledger-reward-refused = в днях за приглашение отказано
