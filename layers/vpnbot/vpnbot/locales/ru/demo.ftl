# Страница демо-оплаты: она есть только в демо
demo-pay-title = Демо-оплата
demo-pay-no-money = Это демо: деньги не списываются.
demo-pay-what = { $plan }: VPN на { $period }
demo-pay-save = Сохранить карту для автопродления
demo-pay-pay = Оплатить
demo-pay-faults = Или необычный случай
demo-pay-silent = Оплатить и закрыть страницу
demo-pay-later = Оплатить через десять минут
demo-pay-twice = Оплатить дважды
demo-pay-less = Оплатить чуть меньше
demo-pay-decline-title = Или отказ
demo-pay-reason = Причина
demo-pay-decline = Отклонить
demo-pay-done = Оплачено: { $price }. Можно вернуться в чат.
demo-pay-later-chosen = Оплата пройдёт { $time }. Можно вернуться в чат.
demo-pay-declined = Отклонено. { $reason }
demo-pay-over = Время на оплату вышло. Вернитесь в чат, чтобы начать заново.
