# Тарифы и настройки магазина, для администраторов.
button-shop = 🛒 Тарифы
button-shop-add = ➕ Новый тариф
button-shop-settings = ⚙️ Настройки
button-shop-preview = 👀 Как видят клиенты
button-shop-hidden-on = 🙈 Скрыть
button-shop-hidden-off = ✅ Продавать
button-shop-trial-on = 🎁 Тариф пробного
button-shop-trial-off = 🎁 Без пробного
button-shop-duration = ⏳ { $period }
button-shop-new_duration = ➕ Новый срок
button-shop-no_duration = 🗑 Убрать этот срок
button-shop-prices = 💰 Изменить цены
button-shop-title = 🏷 Название { $language }
button-shop-line = 💬 Описание { $language }
button-shop-receipts = 🧾 Чеки: { $choice }
button-shop-devices = 📱 Устройства
button-shop-keys = 🔑 Ключи
button-shop-traffic = 📊 Трафик
button-shop-countries = 🌍 Страны
button-shop-position = ↕️ Место
button-shop-unlimited = Без лимита
button-shop-gigabytes = { $gigabytes }{ "\u00A0" }ГБ
button-shop-any_country = Любая страна
button-shop-confirm = ⚠️ Да, сохранить
button-shop-provider-on = ➕ { $provider }
button-shop-provider-off = ✅ { $provider }
button-shop-vat_code = 🧾 Код НДС
button-shop-contact = ✉️ Адрес для чеков
button-shop-no_contact = Без адреса
button-shop-refund_days = ↩️ Дней на возврат
button-shop-returns_a_day = ↩️ Возвратов в день
button-shop-answer_hours = 💬 Срок ответа
button-shop-years_ahead = ⏩ Лет вперёд
button-shop-retention_years = 🗄 Лет хранения
button-shop-base_currency = 💱 Основная валюта
button-shop-rule = Прочитано, включить

shop-open = 🛒 Магазин открыт. Нажмите на тариф, чтобы изменить его.
shop-closed = 🛒 Пока ничего не продаётся: проверьте цены тарифа и нажмите <b>Продавать</b>.
shop-plan-sold = ✅ { $plan }
shop-plan-hidden = 🙈 { $plan }
shop-grants = 📱 Устройств: { $devices } · 🔑 серверов: { $keys }
shop-unlimited = 📊 Трафик без лимита
shop-traffic = 📊 { $gigabytes } ГБ за 30 дней
shop-countries = 🌍 { $countries ->
    [any] любая страна
   *[other] { $countries }
  } · ↕️ место { $position }
shop-trial = 🎁 Пробный период относится к этому тарифу.
shop-offer = ⏳ { $period }: { $prices }
shop-preview = 👀 Так видят клиенты, с первым способом оплаты:
shop-preview-nothing = Пока ничего: ни у одного срока нет цены, которую принимает включённый способ оплаты.
shop-unknown-plan = Такого тарифа нет.
shop-plan-exists = Тариф с таким id уже есть. Отправьте другой.
shop-changed-meanwhile = ⚠️ Другой администратор изменил это в тот же момент, ничего не сохранено. Посмотрите и попробуйте ещё раз.
shop-not-saved = ❌ Не сохранено.
shop-added = ✅ Добавлен, пока скрыт. Задайте названия, срок и цены, затем нажмите <b>Продавать</b>.
shop-opened = ✅ Сохранено, магазин открыт. Все, кто просил, получат сообщение.
shop-ask-new = Отправьте id нового тарифа: до 20 знаков из a–z, 0–9 и -. Клиенты его не видят.
shop-ask-title = 🏷 Отправьте название на языке { $language }, до 32 знаков. Сейчас: { $present }
shop-ask-line = 💬 Отправьте одно предложение для клиентов на языке { $language }, до 255 знаков. Сейчас: { $present }
shop-ask-devices = 📱 Сколько устройств одновременно? Сейчас: { $present }
shop-ask-keys = 🔑 На скольких серверах человек получает ключ? Сейчас: { $present }
shop-ask-traffic = 📊 Сколько ГБ за 30 дней? Отправьте 0, если лимита нет. Сейчас: { $present }
shop-ask-countries = 🌍 Отправьте коды стран, лучшие первыми, например NL DE FI; - значит любая. Сейчас: { $present }
shop-ask-position = ↕️ По этому числу тарифы стоят в списке, меньшее выше. Сейчас: { $present }
shop-ask-prices = 💰 Отправьте все цены этого срока, например: 299 RUB, 199 ⭐, 3.49 USD. Сейчас: { $present }
shop-ask-new_duration = ⏳ Сколько дней? Для часов отправьте, например, 12h.

shop-providers = <b>Способы оплаты</b>, в этом порядке:
shop-no-providers = <b>Способы оплаты</b>: ни одного, магазин закрыт.
shop-provider = ✅ { $provider }
shop-provider-without = ⚠️ { $provider }: здесь нет ключей доступа, поэтому клиенты этого не видят.
shop-verdict = Аккаунт { $account }, проверен { $at }
shop-verdict-test = ⚠️ Аккаунт { $account } тестовый, проверен { $at }
shop-receipts = 🧾 Чеки: { $receipts }
shop-receipts-off = выключены
shop-receipts-email = почта
shop-receipts-email_or_phone = почта или телефон
shop-receipt-data = Код НДС { $vat } · { $mode }
shop-mode-full_payment = полный расчёт
shop-mode-full_prepayment = полная предоплата
shop-chosen = • { $choice }
shop-contact = Адрес для покупателей без своего: { $contact }
shop-refunds = ↩️ Возвраты: { $days ->
    [0] по запросу нельзя
    [one] по запросу в течение { $days } дня
   *[other] по запросу в течение { $days } дней
  }; автоматических не больше { $returns } в день
shop-times = 💬 Ответ в течение { $hours } ч · продление вперёд до { $ahead } { $ahead ->
    [one] года
   *[other] лет
  } · записи хранятся { $kept } { $kept ->
    [one] год
    [few] года
   *[many] лет
  }
shop-base = 💱 Основная валюта: { $currency }
shop-base-fixed = 💱 Основная валюта: { $currency }, не меняется после первого заказа
shop-ask-vat_code = 🧾 Отправьте код НДС ЮKassa, от 1 до 12; 1 значит без НДС. Сейчас: { $present }
shop-ask-contact = ✉️ Куда отправлять чек, если покупатель не дал адрес? Без этого адрес даёт каждый. Сейчас: { $present }
shop-ask-refund_days = ↩️ Сколько дней после оплаты можно просить возврат? 0: нельзя. Сейчас: { $present }
shop-ask-returns_a_day = ↩️ После скольких автоматических возвратов за день следующие будут ждать вас? Сейчас: { $present }
shop-ask-answer_hours = 💬 За сколько часов вы отвечаете о деньгах? Люди это читают. Сейчас: { $present }
shop-ask-years_ahead = ⏩ На сколько лет вперёд можно продлить? Сейчас: { $present }
shop-ask-retention_years = 🗄 Сколько лет хранятся записи о платежах? Сейчас: { $present }
shop-ask-base_currency = 💱 В какой валюте время пересчитывается между тарифами? После первого заказа она не меняется. Сейчас: { $present }
shop-stars-rule =
    ⭐ Telegram требует продавать цифровые товары в своих приложениях за звёзды.

    Другой способ оплаты может привести к жалобам или блокировке бота. Решать вам.

input-plan_id = В id до 20 знаков из a–z, 0–9 и -.
input-duration = ⏳ Отправьте число дней или часов, например 12h.
input-no_duration = ⏳ Этого срока больше нет.
input-prices = 💰 Отправьте суммы с валютами, например: 299 RUB, 199 ⭐, 3.49 USD.
input-number = 🔢 Отправьте целое число.
input-empty = ✏️ Отправьте текст.
input-choice = Нажмите одну из кнопок.

finding-error = ❌ { $finding }
finding-confirm = ⚠️ { $finding }
finding-warning = ⚠️ { $finding }
finding-id = В id тарифа до 20 знаков из a–z, 0–9 и -.
finding-title_none = Нужно название.
finding-title_long = Название ({ $about }): от 1 до { $limit } знаков в одной строке.
finding-title_missing = Нет названия или описания на языке { $about }, клиенты увидят другой язык.
finding-line_none = Нужно описание для клиентов.
finding-line_long = Описание ({ $about }): от 1 до { $limit } знаков в одной строке.
finding-language = { $about } не код языка.
finding-devices = Устройства: от 1 до { $limit }.
finding-keys = Ключи: от 1 до { $limit }.
finding-traffic = Трафик: от 1 до 1 000 000 ГБ или без лимита.
finding-country = { $about } не страна или указана дважды.
finding-position = Место: от 0 до { $limit }.
finding-two_trials = Тариф пробного уже { $about }.
finding-too_many_plans = Не больше { $limit } тарифов.
finding-too_many_durations = Не больше { $limit } сроков.
finding-duration_id = В id { $duration } до 20 знаков из a–z, 0–9 и -.
finding-duration_twice = { $duration } указан дважды.
finding-duration_length = { $duration }: от 1 часа до { $limit } дней.
finding-no_duration = Нужен срок.
finding-no_month = Нужен срок от 30 дней: по его цене пересчитывается время.
finding-no_base_price = { $duration }: нужна цена в { $currency }, в этой валюте пересчитывается время.
finding-currency = { $currency } не валюта: нужны три буквы, например RUB.
finding-price_low = { $duration }: не меньше { $limit }.
finding-price_high = { $duration }: не больше { $limit }.
finding-renewal_price = { $duration }: не больше { $limit }, потому что Telegram продлевает 30 дней.
finding-longer_is_dearer = { $duration } за день дороже, чем { $about }, в { $currency }.
finding-ratio = Цены в { $currency } между тарифами расходятся с основной валютой больше чем на 15 %: время можно выгодно пересчитать.
finding-halved = Цена { $duration } в { $currency } падает больше чем вдвое. Всё верно?
finding-provider = Нет способа оплаты { $about }.
finding-provider_twice = { $about } указан дважды.
finding-demo_provider = Демо-оплата работает только в стадии demo.
finding-base_fixed = Основная валюта { $currency } не меняется после первого заказа.
finding-base_prices = У тарифа в продаже нет цены в { $currency }.
finding-vat_code = Код НДС: от 1 до 12.
finding-contact = Это не адрес для чеков.
finding-refund_days = Дней на возврат: от 0 до 365.
finding-years_ahead = Лет вперёд: от 1 до 5.
finding-answer_hours = Срок ответа: от 1 до 168 часов.
finding-retention_years = Лет хранения: от 3 до 30.
finding-returns_a_day = Возвратов в день: от 0 до 1000.
finding-nothing_in_currency = Ни у одного тарифа в продаже нет цены, которую принимает { $about }.
button-shop-news = 📣 В наш чат: { $choice }
shop-news-off = ничего
shop-news-money = деньги
shop-news-all = деньги и пробные

button-shop-front = 🏪 Пробный и ссылки
button-shop-history = 🕓 История
button-shop-undo = ↩️ Вернуть
button-shop-undo-one = ↩️ { $what }
button-shop-trial_days = 🎁 Дней пробного
button-shop-trial_devices = 📱 Устройств
button-shop-trial_gigabytes = 📊 Трафик пробного
button-shop-support_url = 💬 Поддержка
button-shop-terms_url = 📄 Условия
button-shop-privacy_url = 🔏 О данных
button-shop-broadcast_rate = 📣 Скорость рассылки
button-shop-no_trial_days = Как при установке
button-shop-no_trial_devices = Как при установке
button-shop-no_trial_gigabytes = Как при установке
button-shop-no_support_url = Как при установке
button-shop-no_terms_url = Без ссылки
button-shop-no_privacy_url = Без ссылки
shop-front = 🏪 Что видят новые люди. Изменение сработает везде за полминуты.
shop-front-trial = 🎁 Пробный: { $days } дн., устройств { $devices }, { $gigabytes ->
    [0] трафик без лимита
   *[other] { $gigabytes } ГБ
  }
shop-front-support = 💬 Поддержка: { $url }
shop-front-links = 📄 Условия: { $terms } · конфиденциальность: { $privacy }
shop-front-rate = 📣 Рассылки: до { $rate } сообщений в секунду
shop-ask-trial_days = 🎁 Сколько дней длится пробный период? Уже начатые не изменятся. Сейчас: { $present }
shop-ask-trial_devices = 📱 Сколько устройств одновременно в пробном периоде? Сейчас: { $present }
shop-ask-trial_gigabytes = 📊 Сколько ГБ на весь пробный период? 0: без лимита. Сейчас: { $present }
shop-ask-support_url = 💬 Отправьте ссылку для кнопки «Написать нам»: https:// или tg://. Сейчас: { $present }
shop-ask-terms_url = 📄 Отправьте ссылку на полные условия, только https://. Сейчас: { $present }
shop-ask-privacy_url = 🔏 Отправьте ссылку на полную политику конфиденциальности, только https://. Сейчас: { $present }
shop-ask-broadcast_rate = 📣 Сколько сообщений в секунду может отправлять рассылка? Остальное нужно для ответов. Сейчас: { $present }
shop-undone = ↩️ Готово: прежнее значение снова действует.
shop-undo-changed = С тех пор это меняли ещё раз. Ничего не трогали.
shop-history = 🕓 Что меняли, новое сверху. ↩️ вернёт прежнее значение.
shop-history-none = 🕓 Пока ничего не меняли.
shop-history-line = { $at }, { $who }: { $what }, { $before } → { $after }
shop-name-provider = способы оплаты
shop-name-earlier = способы оплаты
shop-name-receipts = чеки
shop-name-vat_code = код НДС
shop-name-payment_mode = вид чека
shop-name-contact = адрес для чеков
shop-name-refund_days = дней на возврат
shop-name-years_ahead = лет вперёд
shop-name-answer_hours = срок ответа
shop-name-retention_years = лет хранения
shop-name-returns_a_day = возвратов в день
shop-name-base_currency = основная валюта
shop-name-news = новости в наш чат
shop-name-support_url = ссылка поддержки
shop-name-trial_days = дней пробного
shop-name-trial_devices = устройств в пробном
shop-name-trial_gigabytes = трафик пробного
shop-name-terms_url = ссылка на условия
shop-name-privacy_url = ссылка на политику
shop-name-broadcast_rate = скорость рассылки
input-link = 🔗 Отправьте полную ссылку, например https://example.com/help, до 200 знаков.
finding-trial_days = Дней пробного: от 1 до 90.
finding-trial_devices = Устройств в пробном: от 1 до 100.
finding-trial_gigabytes = Трафик пробного: от 0 до 9999 ГБ.
finding-broadcast_rate = Скорость рассылки: от 1 до 25 сообщений в секунду.
