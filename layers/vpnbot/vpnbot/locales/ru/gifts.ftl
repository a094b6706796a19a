# Подарки: куплены для друга, открываются по ссылке
button-gift = 🎁 Подарок
button-gift-send = 🎁 Отправить подарок
button-gift-show = 🎁 Показать подарок
button-gift-share = 📤 Поделиться
button-gift-copy = 📋 Ссылка
button-gift-new-link = 🔄 Новая ссылка
button-gift-payment = 🧾 Платёж
button-gift-take = 🎁 Принять
gift-title = 🎁 { $plan }
gift-plans = 🎁 Какой тариф подарить?
confirm-gift =
    🎁 <b>{ $plan }, { $period }: { $price }</b>.
    Получите ссылку для друга: она сработает один раз, в течение года.
confirm-gift-discount = Скидки на подарки не действуют.
gift-paid = ✅ Получили { $price }. Подарок готов: отправьте ссылку другу.

# Для покупателя
gift-send = 🎁 { $plan }, { $period } в подарок. Отправьте эту ссылку другу: она сработает один раз, до { $end }.
gift-held = ⏸ { $plan }, { $period }: вы запросили возврат, поэтому ссылка не действует. Если вернуть не получится, она снова заработает.
gift-was-opened = 🎁 { $plan }, { $period }: друг открыл подарок { $day }.
gift-void = ↩️ { $plan }, { $period }: деньги вернули, ссылка больше не действует.
gift-ended = ⌛ { $plan }, { $period }: за год подарок не открыли, ссылка больше не действует. Если нужна помощь, напишите нам.
gift-ask-new-link = 🔄 Сделать новую ссылку? Старая сразу перестанет работать.
gift-unknown = Не нашли этот подарок. Ваши платежи ниже.
toast-gift-new-link = Новая ссылка готова. Старая больше не работает.
refund-ask-gift = Вернуть { $amount } за подарок? Ссылка сразу перестанет работать, пока мы не ответим.

# Для друга
gift-offered = 🎁 Вам подарили <b>{ $plan }, { $period }</b>. Принять?
gift-effect-new = Время пойдёт, когда ключ будет готов.
gift-effect-plan = Это станет вашим тарифом, остаток сохранится: VPN до { $end }.
gift-effect-plan-waiting = Это станет вашим тарифом, остаток сохранится.
gift-effect-added = Остаток сохранится: VPN до { $end }.
gift-effect-added-waiting = Остаток сохранится.
gift-effect-converted = Для вас это { $added } ({ $plan }), остаток сохранится: VPN до { $end }.
gift-effect-converted-waiting = Для вас это { $added } ({ $plan }), остаток сохранится.
gift-effect-paused = Доступ приостановлен: время подождёт, пока пауза не закончится.
gift-taken =
    🎁 Подарок ваш!
    { $plan } до { $end }.
gift-taken-making = 🎁 Подарок ваш! Готовим ключ, время пойдёт, когда он будет готов. Напишем.
gift-taken-paused = 🎁 Подарок ваш! Доступ приостановлен, время ждёт. Напишите нам.
gift-refused-unknown = 🎁 Эта ссылка не открывает подарок. Попросите друга прислать её ещё раз?
gift-refused-old_link = 🎁 Друг сделал для этого подарка новую ссылку. Попросите её?
gift-refused-opened = 🎁 Этот подарок уже открыли: он срабатывает один раз.
gift-refused-mine = 🎁 Вы уже открыли этот подарок: его время ваше.
gift-refused-held = 🎁 Этот подарок пока отложен. Спросите о нём друга?
gift-refused-void = 🎁 Этот подарок вернули, открыть его больше нельзя.
gift-refused-expired = 🎁 Этот подарок за год не открыли, его срок вышел.
gift-refused-own = 🎁 Это ваш собственный подарок, он для друга. Поделитесь ссылкой или запросите возврат.

# Без запроса
notice-gift_bought = 🎁 Подарок оплачен: { $plan }, { $period }. Отправьте ссылку другу: она сработает один раз, до { $end }.
notice-gift_reminder = 🎁 Ваш подарок ещё не открыли: { $plan }, { $period }. Это можно сделать до { $end }. Отправить ссылку ещё раз?
notice-gift_opened = 🎁 Друг открыл ваш подарок: { $plan }, { $period }. Приятный сюрприз!
notice-gift_expired = ⌛ Ваш подарок за год не открыли, его срок вышел: { $plan }, { $period }. Если нужна помощь, напишите нам.
notice-gift_taken = ↩️ Деньги за ваш подарок вернулись покупателю, поэтому его время снято. VPN работает до { $end }.
notice-gift_taken-off = ↩️ Деньги за ваш подарок вернулись покупателю, поэтому его время снято. VPN отключён.
notice-gift_taken-open = ↩️ Деньги за ваш подарок вернулись покупателю, поэтому его время снято.
notice-refunded-gift = ↩️ Вернули { $amount }{ $means ->
    [bank] , банк зачислит в течение трёх дней
    [stars] {" "}на ваши звёзды
   *[other] {""}
  }. Подарок больше не действует.
ledger-gift-opened = подарок открыт
ledger-gift-taken-back = время подарка снято
ledger-gift-was-opened = купленный подарок открыли
ledger-gift-not-opened = напомнили о неоткрытом подарке
ledger-gift-expired = купленный подарок не открыли вовремя
ledger-new-link-of-a-gift = новая ссылка подарка

# Для сотрудников
money-gift-paid = 🎁 Подарок ещё не открыт.
money-gift-held = 🎁 Подарок нельзя открыть, пока не решён возврат.
money-gift-redeemed = 🎁 Подарок открыт.
money-gift-revoking = 🎁 Подарок открыт, его время снимается.
money-gift-void = 🎁 Подарок больше не действует.
money-gift-expired = 🎁 Подарок не открыли вовремя.
statistics-gifts = 🎁 Подарки: продано { $sold }, открыто { $opened }
button-shop-gifts = 🎁 Подарки: { $present }
shop-name-gifts = подарки
