# Скидка тем, кто ушёл, для людей.
notice-winback = 💙 Будем рады, если вернётесь: −{ $percent }{ "\u00A0" }% на следующую оплату до { $end }. Скидка применится сама.
winback-line = 💙 Скидка { $percent }{ "\u00A0" }% до { $end }, применится сама.
winback-line-beside = 💙 Скидка { $percent }{ "\u00A0" }% до { $end }.
discount-better = Сработает та, что выгоднее.

# Для команды.
button-shop-winbacks = 💙 Возвращение
button-shop-winback = 💙 Скидка вернувшимся: { $present }
button-shop-winback_percent = 🏷 Скидка: { $present }
button-shop-winback_days = ⏳ Предложить через: { $present }
shop-winbacks = 💙 Скидка вернувшимся
shop-winbacks-on = Предлагаем один раз после платного времени тем, кто получает новости: на одну оплату, на 72 часа.
shop-winbacks-off = Выключено: когда время закончилось, скидку не предлагаем.
shop-ask-winback_percent = 🏷 На сколько процентов дешевле одна оплата? Сейчас: { $present }
shop-ask-winback_days = ⏳ Через сколько дней после окончания предложить скидку? Сейчас: { $present }
shop-value-winback_percent = { $number }{ "\u00A0" }%
shop-value-winback_days = { $number } дн.
shop-name-winback = скидка вернувшимся
shop-name-winback_percent = размер скидки вернувшимся
shop-name-winback_days = дней до скидки вернувшимся
finding-winback_percent = Скидка: от 1 до 90 %.
finding-winback_days = Дней до скидки: от 1 до 60.
statistics-winback = 💙 Возвращение: предложено { $offered }, использовано { $used }
statistics-winback-money = 💙 Возвращение: предложено { $offered }, использовано { $used } · { $amount }
person-winback = 💙 { $effect } до { $end }
ledger-win-back-offered = предложена скидка вернувшемуся
