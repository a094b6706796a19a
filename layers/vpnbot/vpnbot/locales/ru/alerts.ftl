# Сообщения операторам о деньгах и кнопки под ними. Одна строка: №, что случилось, метка человека.
service-stars = Звёзды Telegram
service-yookassa = ЮKassa
service-crypto_pay = Crypto Pay
service-demo = Демо-оплата
service-other = Платёжный сервис
refund-reason-insufficient_funds = на счёте магазина не хватает денег
refund-reason-rejected_by_payee = получатель отказался
refund-reason-rejected_by_timeout = сервис не успел
refund-reason-yoo_money_account_closed = кошелёк покупателя закрыт
refund-reason-payment_expired = платёж слишком старый
refund-reason-general_decline = без указания причины

alert-paid_late = 💰 №{ $number }: { $paid } пришли с опозданием больше суток, время начислено. { $person }
alert-paid_twice = 💰 №{ $number } оплачен дважды: ещё { $paid }, тоже засчитано. { $person }
alert-too_little = ⏸ №{ $number }: { $paid } вместо { $price }, держим до вашего решения. { $person }
alert-surplus = 💰 №{ $number }: { $paid } за { $price }, засчитано. Лишние { $surplus } держим. { $person }
alert-other_currency = ⏸ №{ $number }: { $paid } вместо { $price }, другая валюта, держим до вашего решения. { $person }
alert-no_order = ⏸ { $provider }: { $paid } без нашего заказа, держим до вашего решения. Платёж { $payment }.
alert-paid_paused = ⏸ №{ $number }: { $paid } от человека, чей доступ приостановлен; время ждёт. { $person }
alert-paid_deleted = ↩️ №{ $number }: { $paid } от человека, который удалил свои данные; возвращаем. { $person }
alert-renewal_off = ↩️ №{ $number }: { $paid } списаны при выключенном автопродлении, возвращаем. { $person }
alert-renewals_fail = ❌ №{ $number }: продление отклонено ({ $provider }). { $person }
alert-test_payment = ⏸ №{ $number }: { $paid } — тестовый платёж, время не начислено. Проверьте аккаунт: { $provider }. { $person }
alert-pending_long = ⏳ №{ $number }: { $provider } и через четыре дня отвечает «ожидает»; заказ закрыт. Посмотрите платёж { $payment } там. { $person }
alert-provider_down = 🔴 { $provider } не отвечает. Покупатели видят другие способы оплаты.
alert-provider_refuses = 🔴 { $provider } не принимает наши ключи, оплатить там нельзя. Сохраните их заново: python -m ops --stage … configure --yookassa (или --crypto-pay)
alert-provider_up = 🟢 { $provider } снова отвечает.
alert-not_notified = 🔴 { $provider }: последние платежи ({ $count }) мы нашли сами, уведомления не пришли. Покупатели ждут несколько минут. Проверьте адрес для уведомлений: <code>ops doctor</code>
alert-returns_held = ⏸ №{ $number }: { $paid } надо вернуть, но дневной предел автоматических возвратов исчерпан. { $person }
alert-contradiction = ⚠️ №{ $number }: { $provider } противоречит тому, что известно о платеже { $payment }. Ничего не изменено; посмотрите его там. { $person }
alert-refunded_elsewhere = ↩️ №{ $number }: { $amount } вернули не через бота ({ $provider }); неиспользованное время за них убрали. { $person }
alert-refund_refused = ❌ №{ $number }: { $amount } вернуть не получилось. { $provider }: { $reason }. { $person }
alert-refund_by_hand = ↩️ №{ $number }: верните { $amount } вручную: { $provider } этого не умеет. Потом нажмите кнопку. { $person }
alert-refund_wanted = ↩️ №{ $number }: человек просит вернуть { $amount } ({ $provider }). { $person }
alert-refund_unanswered = ↩️ №{ $number }: человек всё ещё ждёт ответа о возврате { $amount } за подарок ({ $provider }), открыть его пока нельзя. { $person }
alert-refund_withdrawn = 🎁 №{ $number }: человек оставляет подарок, возвращать { $amount } больше не нужно. { $person }
alert-still_held = ⏸ №{ $number }: { $left } всё ещё ждут вашего решения. { $person }
alert-receipt_refused = ❌ №{ $number }: чек не зарегистрирован ({ $provider }). Посмотрите платёж { $payment } там. { $person }
alert-still_to_send = ↩️ №{ $number }: { $amount } всё ещё нужно вернуть вручную: { $provider } этого не умеет. Потом нажмите кнопку. { $person }
alert-given_days = ➕ Подаренное время за неделю с { $since }:
given-days-line = { $name }: { $time }, { $people ->
        [one] { $people } человек
        [few] { $people } человека
       *[other] { $people } человек
    }
given-days-more = … и ещё { $count }
alert-broadcast_withheld = ⏸ «{ $title }» ждёт: { $author } больше не может отправлять рассылки. Отправить может другой член команды.

button-money-give = 🎁 Дать за них { $time }
button-money-send_back = ↩️ Вернуть { $amount }
button-money-send_surplus = ↩️ Вернуть { $amount }
button-money-sent_by_hand = ✅ Отправлено вручную: { $amount }
button-money-give_surplus = 🎁 Дать за лишнее { $time }
button-money-let_on = ▶️ Снять паузу
button-money-answer = 💬 Ответить
button-money-back = ⬅️ Назад

money-ask-give = Дать { $time } за { $amount }? Человек узнает, деньги остаются у нас.
money-ask-send_back = Вернуть { $amount }? За них ничего не начислено.
money-ask-send_surplus = Вернуть { $amount }? Купленное время останется.
money-ask-give_surplus = Дать { $time } за лишние { $amount }? Человек узнает, деньги остаются у нас.
money-ask-refund = Вернуть { $amount }? Неиспользованное время покупки закончится, когда деньги будут отправлены.
money-ask-sent_by_hand = Вы отправили { $amount }? Человек узнает, что деньги в пути, и время за них закончится.
money-ask-let_on = Снять паузу? Время пойдёт снова, ключи заработают.
money-yes-give = 🎁 Да, дать { $time }
money-yes-send_back = ↩️ Да, вернуть { $amount }
money-yes-send_surplus = ↩️ Да, вернуть { $amount }
money-yes-give_surplus = 🎁 Да, дать { $time }
money-yes-refund = ↩️ Да, вернуть { $amount }
money-yes-sent_by_hand = ✅ Да, отправлено: { $amount }
money-yes-let_on = ▶️ Да, снять паузу

money-done-give = 🎁 Дали { $time }. Человек уже знает.
money-done-send_back = ✅ Возвращаем { $amount }.
money-done-send_surplus = ✅ Возвращаем { $amount }.
money-done-refund = ✅ Возвращаем { $amount }.
money-done-give_surplus = 🎁 Дали { $time }. Человек уже знает.
money-done-by_hand = ↩️ Отправьте { $amount } вручную, потом нажмите кнопку.
money-done-sent_by_hand = ✅ Записали: { $amount } отправлены вручную. Человек уже знает.
money-done-let_on = ▶️ Пауза снята.
money-decided = Уже решено. Сейчас так.
unmatched = Платёж { $payment } без нашего заказа: { $amount }, { $provider }.
unmatched-ask-sent_by_hand = Вы отправили { $amount }? Тогда платёж закроем; сообщения не отправим.
unmatched-done-sent_by_hand = ✅ Записали: { $amount } отправлены вручную.
money-gone = Этого заказа больше нет.
money-order = №{ $number }: { $plan }, { $period }, { $price }, { $provider }. { $person }
money-payment-pending = ⏳ Платёж { $amount }: ещё не пришёл
money-payment-credited = ✅ Платёж { $amount }: засчитан
money-payment-held = ⏸ Платёж { $amount }: ждёт вашего решения
money-payment-canceled = ✖️ Платёж { $amount }: не состоялся
money-payment-returned = ↩️ Платёж { $amount }: вернули
money-payment-sending = ↩️ Платёж { $amount }: возвращаем { $sent }
money-payment-part = ↩️ Платёж { $amount }: засчитан, вернули { $sent }
toast-money-answer = Ответьте на это сообщение: ваш текст получит человек.
