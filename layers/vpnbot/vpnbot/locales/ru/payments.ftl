# Время: тарифа и дня
period-hours = { $count }{ "\u00A0" }{ $count ->
    [one] час
    [few] часа
   *[many] часов
  }
period-days = { $count }{ "\u00A0" }{ $count ->
    [one] день
    [few] дня
   *[many] дней
  }
period-months = { $count }{ "\u00A0" }{ $count ->
    [one] месяц
    [few] месяца
   *[many] месяцев
  }
period-years = { $count }{ "\u00A0" }{ $count ->
    [one] год
    [few] года
   *[many] лет
  }
every-hours = { $count ->
    [1] каждый час
    [one] раз в { $count } час
    [few] раз в { $count } часа
   *[many] раз в { $count } часов
  }
every-days = { $count ->
    [1] каждый день
    [one] раз в { $count } день
    [few] раз в { $count } дня
   *[many] раз в { $count } дней
  }
every-months = { $count ->
    [1] каждый месяц
    [one] раз в { $count } месяц
    [few] раз в { $count } месяца
   *[many] раз в { $count } месяцев
  }
every-years = { $count ->
    [1] каждый год
    [one] раз в { $count } год
    [few] раз в { $count } года
   *[many] раз в { $count } лет
  }
day = { $day }{ "\u00A0" }{ $month ->
    [1] янв
    [2] фев
    [3] мар
    [4] апр
    [5] мая
    [6] июн
    [7] июл
    [8] авг
    [9] сен
    [10] окт
    [11] ноя
   *[12] дек
  }{ "\u00A0" }{ $year }

# Что продаётся и чем оплатить
plan-trial = Пробный период
plan-traffic = { $gigabytes }{ "\u00A0" }ГБ на 30{ "\u00A0" }дней
plan-unlimited = трафик без ограничений
provider-stars = Звёзды Telegram
provider-yookassa = Карта или СБП
provider-crypto_pay = Crypto Pay
provider-demo = Демо-оплата
provider-other = Платёжный сервис

# S1-S3: тариф, срок, способ
plans = ⭐ Какой тариф?
plans-left = ⭐ Какой тариф? Ваши { $left } сохранятся.
plans-convert = ⭐ Какой тариф? Ваши { $left } сохранятся; на другом тарифе пересчитаем их по цене.
plan =
    <b>{ $plan }</b>: до { $devices } { $devices ->
        [one] устройства
       *[other] устройств
    }, { $traffic }.
    На сколько?
payment-method = Как удобнее оплатить?

# S4: куда прислать чек
contact-ask = ✉️ Куда прислать чек? Отправьте адрес почты, он нужен только для чеков.
contact-ask-again = ✉️ Чеки приходят на { $contact }. Чтобы изменить, отправьте другой адрес.
contact-wrong = Не похоже на адрес почты. Отправьте ещё раз, пожалуйста, например: name@example.com.

# S5: подтверждение
confirm-new =
    <b>{ $plan }, { $period }: { $price }</b>.
    Время пойдёт, когда ключ будет готов.
confirm-added =
    <b>{ $plan }, { $period }: { $price }</b>.
    Ваши { $left } прибавятся, VPN до { $end }.
confirm-added-waiting =
    <b>{ $plan }, { $period }: { $price }</b>.
    Ваши { $left } прибавятся; время пойдёт, когда ключ будет готов.
confirm-change =
    <b>{ $plan }, { $period }: { $price }</b>.
    Ваши { $left } ({ $old }) станут { $converted }.
    VPN до { $end }.
confirm-change-waiting =
    <b>{ $plan }, { $period }: { $price }</b>.
    Ваши { $left } ({ $old }) станут { $converted }. Время пойдёт, когда ключ будет готов.
confirm-change-used-up =
    <b>{ $plan }, { $period }: { $price }</b>.
    Трафик ({ $old }) израсходован, поэтому ваши { $left } закончатся.
    VPN до { $end }.
confirm-traffic-used = Часть трафика уже израсходована, поэтому времени станет меньше.
confirm-fewer = ⚠️ Потом до { $devices } { $devices ->
    [one] устройства
   *[other] устройств
  }.
confirm-less = ⚠️ Потом { $gigabytes } ГБ на 30 дней.
confirm-smaller = ⚠️ Потом { $devices } { $devices ->
    [one] устройство
    [few] устройства
   *[many] устройств
  }, { $gigabytes } ГБ.
confirm-renews = 🔁 Дальше { $price } { $every }.
confirm-renewal-ends = 🔁 Прежнее автопродление выключится.
confirm-again = Предложение изменилось: вот сегодняшнее.

# S6: заказ ждёт оплаты
order-waiting = ⏳ Осталось оплатить: { $plan }, { $period }, { $price }. Нажмите кнопку ниже; когда оплата придёт, напишем.
order-preparing = ⏳ Готовим оплату на { $price }. Это быстро.
order-not-yet = 🔎 Оплата ещё не дошла до нас, это занимает до нескольких минут. Второй раз платить не нужно: напишем сами.
order-unpaid = Есть неоплаченный заказ: { $plan }, { $period }, { $price }.
order-cancelled = Отменили. Оплаты мы не видели; если уже оплатили, она засчитается.
notice-lapsed = Время на оплату вышло, самой оплаты мы не видели. Начнём заново?
order-too-many = Уже несколько заказов ждут оплаты. Оплатите один из них или попробуйте завтра.
order-unknown = Не нашли этот заказ. Ваши платежи ниже.

# S7-S11: оплата пришла или нет
notice-paid =
    ✅ Получили { $price }.
    { $plan } до { $end }.
notice-paid-making = ✅ Получили { $price }. Готовим ключ, время пойдёт, когда он будет готов. Напишем.
notice-paid_late = ✅ Оплата { $price } пришла позже, но засчитана: VPN до { $end }.
notice-paid_late-making = ✅ Оплата { $price } пришла позже, но засчитана. Готовим ключ, напишем.
notice-paid_twice = Оплачено дважды, засчитали оба раза: VPN до { $end }. Вернуть { $price }?
notice-paid_twice-making = Оплачено дважды, засчитали оба раза; время пойдёт, когда ключ будет готов. Вернуть { $price }?
notice-paid_paused = Получили { $price }, всё сохранено. Доступ приостановлен, время ждёт. Напишите нам.
notice-paid-off = ✅ Получили { $price }. Купленное время уже закончилось.
notice-gift_paid =
    🎁 Ваш заказ на { $price } оплатил другой человек.
    { $plan } до { $end }.
notice-gift_paid-making = 🎁 Ваш заказ на { $price } оплатил другой человек. Готовим ключ, время пойдёт, когда он будет готов.
gift-thanks = 🎁 Ваша оплата { $price } засчитана за чужой заказ. Спасибо!
notice-held = Получили { $paid } за заказ на { $price }. Ничего не пропало: разберёмся и напишем.
notice-held-other = Получили { $paid }. Ничего не пропало: разберёмся и напишем.
notice-held_granted = ✅ Разобрались: { $paid } засчитаны. { $plan } до { $end }.
notice-held_granted-making = ✅ Разобрались: { $paid } засчитаны. Готовим ключ, напишем.
notice-surplus_granted = 🎁 Лишние { $paid } превратили во время: { $plan } до { $end }.
notice-surplus_granted-making = 🎁 Лишние { $paid } превратили во время. Готовим ключ, напишем.
notice-declined = ❌ { $method }: { $reason } Ничего не списано.
second-sent = ↩️ Вернём { $price } и напишем, когда будет готово.
second-too-late = Напишите нам: вернём этот платёж вручную.
second-again = Эта кнопка срабатывает раз в 30 дней, и вы ею уже пользовались. Напишите нам: вернём этот платёж вручную.

# S12-S14: история и чеки
payments = 🧾 Ваши платежи, сначала новые.
payments-empty = 🧾 Платежей пока нет.
payments-end = 🧾 Более ранних платежей нет.
payment =
    <b>№{ $number }</b>, { $day }
    { $plan }, { $period }
    { $price } · { $method }
payment-made = ⏳ Ждёт оплаты.
payment-paid = ✅ Оплачен.
payment-part = ↩️ Вернули { $amount }.
payment-sending = ↩️ Возвращаем { $amount }.
payment-refunded = ↩️ Деньги вернули.
payment-held = ⚠️ Ваши { $amount } у нас: разбираемся и напишем.
payment-cancelled = ✖️ Отменён, оплаты мы не видели.
payment-ended = ✖️ Не оплачен.
receipt =
    🧾 Чек отправлен на { $contact }.
    ФН{ "\u00A0" }{ $fn }
    ФД{ "\u00A0" }{ $fd }
    ФПД{ "\u00A0" }{ $fpd }
receipt-underway = 🧾 Чек уже в пути на { $contact }.
receipt-refused = 🧾 Чек пока не получилось сделать. Мы знаем и разберёмся.
receipt-stars = 🧾 Чек хранит Telegram: Настройки, Мои звёзды.
receipt-none = 🧾 Для этого платежа чека нет.

# S15-S23: автопродление
home-renews = 🔁 Продлится { $date } за { $price }.
renewal-off = 🔁 Автопродление выключено. VPN закончится { $end }, ничего не спишется.
renewal-off-open = 🔁 Автопродление выключено, ничего не спишется.
renewal-with-purchase = Включить его можно при оплате тарифа.
renewal-consent = 🔁 { $price } { $every } ({ $method }), первый раз { $date }. Скажем за 48 часов, отключить можно одним нажатием.
renewal-consent-open = 🔁 { $price } { $every } ({ $method }), за день до конца VPN. Скажем за 48 часов, отключить можно одним нажатием.
renewal-on = 🔁 Автопродление включено: { $date } спишется { $price } ({ $method }).
renewal-on-open = 🔁 Автопродление включено: { $price } { $every } ({ $method }).
renewal-failing = ⚠️ Последнее списание не прошло.
renewal-turned-off = 🔁 Выключено. Больше ничего не спишется. VPN работает до { $end }.
renewal-turned-off-open = 🔁 Выключено. Больше ничего не спишется.
method-remove = Удалить { $method }? Автопродление выключится, списать больше ничего будет нельзя.
method-removed = 🗑 Удалили. Автопродление выключено, списать больше ничего нельзя.
notice-renewal_ahead = 🔁 { $date } { $means ->
    [stars] Telegram спишет
   *[other] спишем
  } { $price } за { $plan }, { $period }{ $means ->
    [stars] .
   *[other] {" "}({ $method }).
  }
notice-renewal_skipped = 🔁 В этот раз автопродление не сработает: не успеваем заранее предупредить о списании. VPN работает до { $end }, продлить можно сейчас.
notice-renewal_skipped-off = 🔁 В этот раз автопродление не сработало: не успели заранее предупредить о списании. VPN отключён, продлить можно сейчас.
notice-renewal_retired = 🔁 Ваш тариф на прежних условиях больше не продаётся, автопродление выключено. VPN работает до { $end }. Выберите новый тариф.
notice-renewal_retired-off = 🔁 Ваш тариф на прежних условиях больше не продаётся, автопродление выключено. Выберите новый тариф.
notice-renewed = ✅ Продлили за { $price }. VPN до { $end }.
notice-renewed-making = ✅ Продлили за { $price }. Готовим ключ, время пойдёт, когда он будет готов. Напишем.
notice-renewal_retry = ❌ { $method }: { $reason } Попробуем ещё раз { $date }, VPN работает до { $end }.
notice-renewal_failed = ❌ { $method }: { $reason } VPN работает до { $end }.
notice-renewal_failed-off = ❌ { $method }: { $reason } Продлить не получилось, VPN отключён.
notice-charged_though_off = Списалось { $price }, хотя автопродление выключено. Уже возвращаем, извините.
notice-renewal_off_in_telegram = 🔁 Автопродление выключено в Telegram. VPN до { $end }.
notice-renewal_off_in_telegram-open = 🔁 Автопродление выключено в Telegram.
notice-renewal_no_stars = ❌ Для продления не хватило звёзд. VPN до { $end }.
notice-renewal_no_stars-off = ❌ Для продления не хватило звёзд, VPN отключён.

# S24-S27: возвраты
refund-ask = Вернуть { $amount }{ $whole ->
    [yes] {""}
   *[no] {" "}из { $price }
  } за неиспользованные { $left }? VPN тогда закончится { $end }.
refund-ask-off = Вернуть { $amount }{ $whole ->
    [yes] {""}
   *[no] {" "}из { $price }
  } за неиспользованные { $left }? VPN тогда отключится.
refund-ask-unused = Вернуть { $amount }? Купленное время тоже уйдёт.
refund-asked = ✅ Приняли. Ответим здесь в течение { $hours ->
    [24] дня
    [one] { $hours } часа
   *[other] { $hours } часов
  }.
refund-nothing = По этому платежу вернуть уже нечего. Если это ошибка, напишите нам.
refund-underway = ↩️ Уже возвращаем, напишем.
notice-refunded = ↩️ Вернули { $amount }{ $means ->
    [bank] , банк зачислит в течение трёх дней
    [stars] {" "}на ваши звёзды
   *[other] {""}
  }. VPN до { $end }.
notice-refunded-open = ↩️ Вернули { $amount }{ $means ->
    [bank] , банк зачислит в течение трёх дней
    [stars] {" "}на ваши звёзды
   *[other] {""}
  }.
notice-refunded-off = ↩️ Вернули { $amount }{ $means ->
    [bank] , банк зачислит в течение трёх дней
    [stars] {" "}на ваши звёзды
   *[other] {""}
  }. VPN отключён.
notice-held_returned = ↩️ Вернули { $amount }{ $means ->
    [bank] , банк зачислит в течение трёх дней
    [stars] {" "}на ваши звёзды
   *[other] {""}
  }. Ваше время не изменилось.
notice-refund_refused = { $means ->
    [bank] Ваш банк
    [stars] Telegram
   *[other] Платёжный сервис
  } не принял возврат. Напишите нам, вернём { $amount } другим способом.

# S28-S29: платёжный сервис не отвечает
provider-down = 💤 { $method }: сейчас не работает. Выберите другой способ или подождите: напишем, когда заработает.
provider-down-alone = 💤 { $method }: сейчас не работает. Заказ сохранён, напишем, когда заработает.
provider-rejected = { $method }: этот платёж не принимается. Выберите другой способ или напишите нам.
notice-provider_back = ✅ { $method }: снова работает, можно оплатить.

# S33: команды, которых требует Telegram
paysupport = Вопрос по оплате? Напишите нам здесь, ответим в течение { $hours ->
    [24] дня
    [one] { $hours } часа
   *[other] { $hours } часов
  }. Telegram с этим не поможет.
paysupport-closed = Вопрос по оплате? Ваши платежи ниже. Telegram с этим не поможет.

# До того, как Telegram примет оплату звёздами
checkout-paid = Уже оплачено, спасибо!
checkout-not-yours = Это чужой заказ, откройте бота и оформите свой.
checkout-renewing = Автопродление уже включено.
checkout-paused = Доступ приостановлен, сначала напишите нам.

# Почему платёж не прошёл; способ назван перед этим
decline-insufficient_funds = не хватает денег.
decline-issuer_unavailable = банк не отвечает.
decline-internal_timeout = платёжный сервис не успел ответить.
decline-payment_method_limit_exceeded = достигнут лимит, попробуйте завтра или другую карту.
decline-general_decline = { $means ->
    [bank] банк отказал, не назвав причины.
   *[other] отказ без указания причины.
  }
decline-call_issuer = банк отказал, причину подскажет он сам.
decline-3d_secure_failed = подтверждение в банке не прошло.
decline-card_expired = срок карты истёк.
decline-invalid_card_number = в номере карты ошибка.
decline-invalid_csc = в коде с обратной стороны ошибка.
decline-payment_method_restricted = банк заблокировал этот способ.
decline-country_forbidden = карты этой страны не принимаются. Подойдёт другой способ.
decline-fraud_suspected = платёжный сервис остановил платёж. Попробуйте { $means ->
    [bank] другую карту или способ
   *[other] другой способ
  }.
decline-identification_required = кошельку нужна идентификация, или выберите другой способ.
decline-permission_revoked = вы отозвали разрешение на автопродление.
decline-expired_on_confirmation = время на оплату вышло.
decline-expired_on_capture = не завершили мы сами, наша вина.
decline-canceled_by_merchant = не завершили мы сами, наша вина.
decline-deal_expired = не завершили мы сами, наша вина.
decline-loan_declined = этот способ вам недоступен.
decline-unsupported_mobile_operator = этот способ вам недоступен.

# Без запроса, о купленном
notice-key_ready-paid =
    🎉 Ключ готов: <b>{ $plan }</b>, до { $devices } { $devices ->
        [one] устройства
       *[other] устройств
    }, до { $end }.
    Что подключаем?
connect-first-paid =
    🎉 <b>{ $plan }</b>, до { $devices } { $devices ->
        [one] устройства
       *[other] устройств
    }, до { $end }.
    Что подключаем?

# Короткие ответы
toast-not-yet = 🔎 Ещё не дошло. Напишем.
toast-kept = 👍 Оставили оба.

# Кнопки
button-plan = { $plan } · { $devices } { $devices ->
    [one] устройство
    [few] устройства
   *[many] устройств
  } · { $price }
button-plan-from = { $plan } · { $devices } { $devices ->
    [one] устройство
    [few] устройства
   *[many] устройств
  } · от { $price }
button-duration = { $period } · { $price }
button-duration-saving = { $period } · { $price }, −{ $percent }{ "\u00A0" }%
button-method = { $method } · { $price }
button-payments = 🧾 Платежи
button-pay = 💳 Оплатить { $price }
button-pay-stars = Оплатить { $price }
button-renewal-off = 🔁 Автопродление: выкл
button-renewal-on = 🔁 Автопродление: вкл
button-contact = ✉️ { $contact }
button-without-receipt = Без чека на почту
button-i-paid = 🔄 Оплачено
button-cancel-order = ✖️ Отменить
button-choose-again = Выбрать заново
button-again = Ещё раз · { $price }
button-another-way = Другой способ
button-receipt = 🧾 Чек
button-keep-both = Оставить оба
button-return-second = ↩️ Вернуть { $price }
button-payment = { $day } · { $price } { $mark }
button-newer = ⏫ Новые
button-older = ➡️ Раньше
button-renewal = 🔁 Автопродление
button-refund = ↩️ Вернуть деньги
button-turn-on = Включить · { $price }
button-agree = ✅ Подтверждаю
button-turn-off = Выключить автопродление
button-remove-method = 🗑 Удалить { $method }
button-remove = 🗑 Удалить
button-pay-now = Оплатить сейчас
button-ask-refund = ↩️ Запросить
