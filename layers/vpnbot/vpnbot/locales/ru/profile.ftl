# Что Telegram показывает о боте до первого сообщения, и меню команд (docs/decisions/0092)
profile-description =
    Быстрый и приватный интернет для телефона и компьютера.

    🎁 Попробуйте бесплатно: без карты и регистрации.
    🔌 Подключение за две минуты, по шагам.
    💬 Помощь в одно нажатие.

    Нажмите «Запустить».
profile-short = VPN за две минуты. Попробуйте бесплатно: без карты и регистрации.
profile-description-named =
    { $name }

    { profile-description }
profile-short-named = { $name }: { profile-short }
command-start = Главная: что у вас есть и до какого числа
command-connect = Подключить телефон или компьютер
command-plans = Тарифы и цены
command-help = VPN не работает
command-support = Написать нам
command-settings = Язык и ваши данные
command-terms = Условия
command-privacy = Приватность
command-paysupport = Помощь с оплатой
# Меню команды магазина и её группы (docs/decisions/0105)
command-admin = Что ждёт вас, люди, деньги
command-find = Найти человека
command-servers = VPN-серверы
command-shop = Тарифы, оплата, настройки
command-id = Номер этого чата
command-support_here = Получать вопросы клиентов здесь
command-close = Закрыть эту тему
