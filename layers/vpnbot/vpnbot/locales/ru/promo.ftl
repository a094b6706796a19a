# Промокоды для людей.
button-promo = 🎟 Промокод
button-promo-again = 🎟 Ещё раз
button-promo-use = 🎟 Применить
promo-offer = 🎟 <b>{ $code }</b>: { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } быстрого приватного интернета бесплатно. Без карты и регистрации.
promo-offer-plan = 🎟 <b>{ $code }</b>: { $plan }, { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } быстрого приватного интернета бесплатно. Без карты и регистрации.
promo-offer-terms = Нажимая «Применить», вы принимаете условия.
promo-ask = 🎟 Отправьте промокод.
promo-given = 🎟 +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }, теперь до { $end }.
promo-given-waiting = 🎟 +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }! ⏳ Готовим ключ, обычно меньше минуты. Напишем, когда будет готов: время пойдёт с этого момента.
promo-refused-unknown = Такого промокода нет. Проверьте, нет ли опечатки.
promo-refused-ended = Этот промокод закончился или сейчас не действует.
promo-refused-used_up = Этот промокод уже разобрали: другие успели раньше.
promo-refused-used = Вы уже использовали этот промокод. Всё полученное остаётся вам.
promo-refused-not_new = Этот промокод для новых клиентов. Может быть, есть другой?
promo-refused-paused = ⏸ Доступ приостановлен. Напишите нам, и после этого промокод сработает.
limit-code = 🎟 Несколько кодов или ссылок не подошли. Попробовать снова можно через { $wait }.

# Скидки для людей: они ждут следующего заказа.
discount-percent = −{ $percent }{ "\u00A0" }%
discount-sum = −{ $amount }
discount-line = 🎟 { $code }: { $effect } до { $end }.
discount-line-always = 🎟 { $code }: { $effect }.
promo-discount = 🎟 { $code }: { $effect }. Сработает при следующей оплате, до { $end }.
promo-discount-always = 🎟 { $code }: { $effect }. Сработает при следующей оплате.
promo-discount-minimum = Для цен от { $minimum }.
promo-discount-plans = Не для всех тарифов: это видно по ценам.
promo-gone = 🎟 Скидка больше не действует. Цена сейчас:
price-reduced = { $full } → { $price }
button-discount-off = ✖️ Без скидки
toast-discount-off = 🎟 Скидка убрана.

# Время тарифа, которое даёт код.
promo-plan = 🎟 { $plan }, { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }: теперь до { $end }.
promo-plan-waiting = 🎟 { $plan }, { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }! ⏳ Готовим ключ. Напишем, когда будет готов: время пойдёт с этого момента.
promo-worth = 🎟 Время по коду добавлено к тарифу { $plan } по его стоимости: теперь до { $end }.
promo-worth-waiting = 🎟 Время по коду добавлено к тарифу { $plan } по его стоимости. ⏳ Готовим ключ, время пойдёт, когда он будет готов.

# Промокоды для команды.
button-promos = 🎟 Промокоды
button-promos-back = 🎟 Все коды
button-promos-older = ➡️ Старше
button-promo-new = ➕ Новый код
button-promo-any = 🎲 Придумать
button-promo-link = 🔗 Ссылка
button-promo-pause = ⏸ Пауза
button-promo-resume = ▶️ Включить
button-promo-end = 🗑 Закончить
button-promo-end-yes = 🗑 Закончить
button-promo-cancel = ✖️ Отмена
button-promo-make = ✅ Создать
button-promo-days = 🎁 { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    }
button-promo-total = 👥 { $count ->
        [0] Без лимита
       *[other] Всего: { $count }
    }
button-promo-times = 👤 { $count ->
        [1] По разу
       *[other] Каждому: { $count }
    }
button-promo-valid = 🕓 { $count ->
        [0] Бессрочно
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    }
button-promo-for-all = 🌍 Для всех
button-promo-for-new = 🌱 Для новых
promos = 🎟 Промокоды, сначала новые.
promos-none = 🎟 Кодов пока нет. Код даёт дни или скидку тому, кто его отправит.
promo-line = { $state ->
        [live] 🟢
        [paused] ⏸
       *[ended] ⚪️
    } { $code }: { $effect }
promo-card = { $state ->
        [live] 🟢
        [paused] ⏸
       *[ended] ⚪️
    } { $code }: { $effect }
promo-effect-days = +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
promo-effect-plan = { $plan }, { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }
promo-brought = Принёс { $sum }
promo-from = С { $begin }
promo-price = { $sum }
promo-minimum = 💰 ≥ { $sum }
promo-for-plan = ⭐ { $plan }
button-promo-reduction = 🎁 { $effect }
button-promo-begins = ▶️ { $count ->
        [0] Сразу
        [one] Через { $count } день
        [few] Через { $count } дня
       *[many] Через { $count } дней
    }
button-promo-plan = ⭐ { $plan }
button-promo-plan-chosen = ✅ { $plan }
button-promo-plans = ⭐ { $count ->
        [one] { $count } тариф
        [few] { $count } тарифа
       *[many] { $count } тарифов
    }
button-promo-plan-any = ⭐ Любой тариф
button-promo-plan-own = ⭐ Свой тариф
button-promo-minimum = 💰 От { $sum }
button-promo-minimum-none = 💰 Любая цена
promo-choose-effect = 🎁 { $code }: что он даёт?
promo-choose-plan = ⭐ { $code }: время какого тарифа?
promo-choose-plans = ⭐ { $code }: на какие тарифы скидка? Отметьте каждый.
promo-plans = ⭐ { $code } действует на:
promo-choose-begins = ▶️ { $code }: через сколько дней он начнёт действовать?
promo-choose-minimum = 💰 { $code }: от какой цены действует скидка?
promo-used = Использован: { $used }
promo-used-of = Использован: { $used } из { $total }
promo-until = До { $end }
promo-times = Каждому: до { $times } раз
promo-newcomers = Для новых людей
promo-made = ✅ Создан.
promo-changed = С тех пор его изменили. Сейчас он такой:
promo-plans-changed = ⭐ Тарифы магазина изменились. Выберите их заново.
promo-ask-end = 🗑 Закончить { $code } навсегда? Полученное останется у людей.
promo-ask-name = 🎟 Отправьте название кода: от 3 до 16 латинских букв и цифр, например SPRING7.
promo-name-bad = Такого кода быть не может.
promo-name-taken = { $code } уже есть.
promo-draft = 🎟 { $code }. Нажмите, что хотите изменить.
promo-choose-total = 👥 { $code }: сколько использований всего?
promo-choose-times = 👤 { $code }: сколько использований одному человеку?
promo-choose-valid = 🕓 { $code }: сколько дней он действует?
button-promo-file = 📄 Коды
button-promo-kind-one = 🔑 Один код на всех
button-promo-kind-once = 🔑 Одноразовые коды в файле
promo-one-time = Одноразовые коды
promo-file = { $code }.txt
promo-file-caption = 🎟 Одноразовые коды { $code }, каждый со ссылкой.
act-name-make_code = промокод создан
act-name-pause_code = промокод на паузе
act-name-resume_code = промокод снова действует
act-name-end_code = промокод закончен
ledger-promo-code = промокод { $code }
ledger-discount-code = промокод { $code } для следующего заказа
ledger-discount-taken-off = скидка убрана
