# Статистика для команды.
button-statistics = 📊 Статистика
button-statistics-days = { $days } дн
button-statistics-origins = 🔗 Источники
button-statistics-levels = 👥 Активные
button-statistics-opinions = 💬 Отзывы
button-sales-last = ⬇️ Прошлый месяц
button-sales-this = ⬇️ Этот месяц
statistics =
    { $from } – { $to }
    🟦 пробные { $trials }
    🟩 продажи { $sales }
    🟥 окончания { $expired }
statistics-revenue = 💰 { $amount }, { $provider }
statistics-before = Раньше: { $amount }
statistics-rate = Из пробных платят: { $percent } %
statistics-levels =
    { $night }, ночью
    🟦 на пробном { $trial }
    🟩 на тарифе { $active }
    🟥 закончилось за 30 дн. { $lapsed }
    👥 Всего { $known } чел., сообщения доходят до { $reachable }
statistics-no-levels = 👥 Людей считаем раз в сутки, ночью. Первые числа появятся завтра.
statistics-origins = 🔗 Новые люди, { $from } – { $to }
statistics-no-origins = Пока никого.
statistics-origin-direct = Напрямую: { $count }
statistics-origin-advertisement = Реклама: { $count }
statistics-origin-friend = Друзья: { $count }
statistics-origin-gift = Подарки: { $count }
statistics-origin-promo = Промокоды: { $count }
statistics-origin-other = Другие ссылки: { $count }
statistics-opinions = 💬 Как вам VPN? { $from } – { $to }
statistics-no-opinions = Отзывов пока нет.
statistics-opinion-good = 👍 Хорошо: { $count }
statistics-opinion-bad = 👎 Были проблемы: { $count }
statistics-opinion-slow = 🐢 Медленно: { $count }
statistics-opinion-connection = 🔌 Не подключался: { $count }
statistics-opinion-app = 📱 Приложение: { $count }
statistics-opinion-price = 💰 Цена: { $count }
sales-file = sales-{ $month }.csv
sales-caption = ⬇️ Продажи за { $month } по времени оплаты.
sales-difference = На графике на { $amount } больше: там время нашего решения.
# Столбцы файла через точку с запятой.
sales-columns = Время оплаты; Решение; Вид; Сумма; Валюта; Способ; Тариф; Заказ; Человек
sales-separator = ;
sales-decimal-point = ,
sales-kind-paid = оплата
sales-kind-renewed = продление
sales-kind-held = удержано
sales-kind-refunded = возврат
sales-kind-returned = возврат удержанного
statistics-codes = 🎟 Промокоды: { $count }
statistics-trial-waiters = 🎁 Ждут: { $waiting }; узнали { $told }, сегодня { $today }
