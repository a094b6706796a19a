# Серверы, для операторов
servers = 🖥 <b>Серверы</b>: занято ключей { $taken } из { $capacity }.
servers-none = 🖥 Серверов пока нет, поэтому ключи не выдаются. Нужна панель 3x-ui 3.5 или новее с входящим подключением VLESS Reality.
servers-none-demo = 🖥 Серверов пока нет: их заменяет демо-панель, трафик через её ключи не идёт. Нужна панель 3x-ui 3.5 или новее с входящим подключением VLESS Reality.
server-line = { $state ->
        [open] 🟢 { $name }: занято { $taken } из { $capacity }
        [full] 🟡 { $name }: мест нет, занято { $taken } из { $capacity }
        [silent] 🔴 { $name }: не отвечает { $silent }, занято { $taken } из { $capacity }
        [refusing] 🔴 { $name }: отклоняет запросы, сбой уже { $silent }, занято { $taken } из { $capacity }
        [stopped] 🔴 { $name }: Xray остановлен, занято { $taken } из { $capacity }
        [draining] 🔵 { $name }: освобождается, осталось ключей: { $taken }
       *[gone] ⚫ { $name }: панель потеряна, ключи переезжают: { $taken }
    }
server-unknown = Этого сервера здесь больше нет.

# Один сервер
server-panel = Панель: { $address }
server-versions = 3x-ui { $panel }, Xray { $core }
server-details = ℹ️ { $name }: панель и подключение
server-inbound =
    Подключение { $inbound }: { $host }:{ $port }, { $transport }
    Reality: { $sni }, short id { $sid }, ключ { $key }
server-limited = После окончания срока только Telegram: подключение { $inbound }
server-unread = Подключение ещё не прочитано. Нажмите «Проверить».
server-picky = ⚠️ Пускает только приложения на Xray-core. Чтобы работали Hiddify и Clash, задайте minClientVer 1.0.0 (Inbounds → Edit → Reality).
server-devices = ⚠️ Лимит устройств не действует: панели нужен fail2ban. Установите его там: x-ui, IP Limit Management.
server-round = 🔍 { $at }: сверено ключей { $keys }, { $mended ->
        [0] всё в порядке
       *[other] исправлено { $mended }
    }
server-unmoved = ⚠️ Ключам некуда переехать: { $count }. Добавьте сервер или увеличьте лимит ключей.
server-waiting = ⏳ Эту панель ждут ключи: { $count }.
server-refused = ⚠️ Панель отклоняет этих клиентов: { $names }. Пробуем снова каждые полчаса.
server-drain = 📤 Перевести всех с { $name }? Ключи ({ $taken }) переедут на другие серверы, ссылки останутся прежними.
server-drain-short = ⚠️ На других серверах мест всего { $room }. Остальные ключи подождут здесь, пока места не появятся.
server-draining = 📤 Людей переводим на другие серверы. Старые ключи проработают ещё сутки и уйдут.
server-reopened = 📥 Новые ключи снова создаются здесь.
server-remove = 🗑 Удалить { $name }? Ключей на нём нет.
server-remove-used = На { $name } ещё есть ключи. Сначала переведите всех на другие серверы. Если панель потеряна насовсем, нажмите «Панель потеряна».
server-lost = Панель { $name } потеряна насовсем? К ней больше не обратимся: все получат ключи на других серверах, потом сервер удалится.
server-removed = 🗑 { $name } удалён.
server-reopen-lost = Панель { $name } снова работает? Бот опять будет к ней обращаться. Переведённые ключи останутся там, где они сейчас.
server-changed-meanwhile = ⚠️ Этот сервер тем временем изменили. Вот его состояние сейчас.
server-leaving = Людей переводим с { $name }. Потом он удалится сам.

# Добавление
adding-address = 🌐 Отправьте адрес панели, как его показывает браузер, например https://panel.example.com:2053/secret. Что вы здесь пишете, удаляется из чата.
adding-token = 🔑 Теперь API-токен для { $address }: в панели, «Настройки», «API-токены». Ваше сообщение сразу удалим.
adding-address-again = 🌐 Отправьте адрес панели.
adding-token-again = 🔑 Отправьте API-токен для { $address }. Ваше сообщение сразу удалим.
adding-certificate = 🔒 Она показывает такой (SHA-256): <code>{ $fingerprint }</code> Если он ваш, доверять будем только ему.
adding-inbound = 🚪 Какое входящее подключение? Нужно VLESS с Reality.
adding-no_inbound = 🚪 Подходящего подключения нет. Создайте в панели VLESS с Reality и проверьте снова.
adding-country = 🌍 В какой стране сервер? Нажмите или отправьте две буквы, например NL.
adding-capacity = 👥 Сколько ключей на нём может быть? Нажмите или отправьте число.
adding-confirm = ✅ Всё в порядке. Добавить? { $flag } { $country }, ключей не больше { $capacity }.
adding-added = ✅ { $name } добавлен. Новые ключи будут создаваться и на нём.
adding-known = { $by ->
        [you] Вы уже добавили эту панель.
        [administrator] Эту панель уже добавил <a href="tg://user?id={ $user }">другой администратор</a>.
        [operator] Эта панель уже добавлена из командной строки.
       *[other] Эта панель уже есть среди серверов.
    }
secret-stays = ⚠️ Удалить ваше сообщение не удалось. Если в нём есть токен, удалите его, пожалуйста, сами.

# Изменение
change-what = ✏️ Что изменить у { $name }?
change-title = 🏷 Отправьте своё название, до 32 символов. Люди увидят его в приложениях вместо страны.
change-country = 🌍 В какой стране { $name }? Нажмите или отправьте две буквы, например NL.
change-capacity = 👥 { $name }: занято { $taken } из { $capacity }. Каким сделать максимум?
change-address = 🌐 Сейчас: { $address }. Отправьте новый; ключи и ссылки подстроятся сами.
change-token = 🔑 Отправьте новый API-токен для { $address }. Ваше сообщение сразу удалим.
change-inbound = 🚪 Через какое подключение пускать людей? Ключи и ссылки подстроятся сами.
change-limited = ✈️ Какое подключение пропускает только Telegram? Туда попадут те, у кого закончился срок, и смогут оплатить.
change-done = ✅ Сохранили.

# Что не удалось прочитать
input-country = 🌍 Страна пишется двумя буквами, например NL, DE или FI.
input-no_country = 🌍 Страны с таким кодом нет. Нужен код ISO 3166, например GB для Великобритании.
input-capacity = 👥 Нужно число от 1 до 100000.
input-inbound = 🚪 Подключение указывается числом. Выберите одно из списка.
input-same_inbound = 🚪 Через это люди ходят в интернет. После срока нужно другое, иначе VPN ни у кого не отключится.
input-title = 🏷 В названии от 1 до 32 символов.
input-token = 🔑 Токен пишется одним словом, без пробелов.
input-no_host = 🌐 Это не адрес. Откройте панель и скопируйте его из браузера.
input-bad_port = 🌐 Порт должен быть от 1 до 65535.
input-credentials = 🌐 Уберите, пожалуйста, имя и пароль: хватит токена.
input-not_https = 🌐 Адрес должен начинаться с https://, иначе токен уйдёт без шифрования.

# Что не так с панелью и что делать
trouble-old_panel = 🔧 Панель слишком старая. Обновите 3x-ui до 3.5 или новее.
trouble-wrong_token = 🔑 Панель не принимает этот токен. Создайте новый: «Настройки», «API-токены».
trouble-no_token = 🔑 Токена этой панели нет. Отправьте его снова: «Изменить», «Токен».
trouble-token_unreadable = 🔑 Запроса к панели не было: не удалось прочитать её токен. Попробуйте через минуту.
trouble-server_unreadable = 🛠 Этот сервер сохранила другая версия бота. Разверните её снова.
trouble-wrong_path = 🔧 По этому адресу панель 3x-ui не отвечает. Проверьте путь в его конце.
trouble-no_scope = 🔑 Прав этого токена не хватает. Создайте токен с правами admin.
trouble-no_inbound = 🚪 Такого подключения в панели больше нет. Выберите другое.
trouble-inbound_unusable = 🚪 Это подключение не VLESS. Нужно VLESS с Reality по tcp или xhttp.
trouble-inbound_off = 🚪 Это подключение выключено. Включите его в панели.
trouble-inbound_transport = 🚪 Это подключение работает через { $detail }. Подходят только tcp и xhttp: смените транспорт или выберите другое подключение.
trouble-inbound_security = 🚪 Приложения подключались бы с защитой «{ $detail }», а нужна Reality. Смените её в панели или выберите другое подключение.
trouble-inbound_encryption = 🚪 У этого подключения своё шифрование VLESS. Поставьте в панели none или выберите другое подключение.
trouble-inbound_header = 🚪 У этого подключения заголовок tcp «{ $detail }», в ссылке его не передать. Поставьте в панели none.
trouble-inbound_mask = 🚪 У этого подключения есть FinalMask, в ссылке её не передать. Уберите её в панели или выберите другое подключение.
trouble-inbound_proxy_protocol = 🚪 Это подключение ждёт PROXY protocol, а приложения его не отправляют. Выключите его в панели или добавьте свой прокси в Hosts.
trouble-inbound_versions = 🚪 Ограничения версий этого подключения не пускают приложения с новым Xray: { $detail }. Очистите maxClientVer в панели и задайте minClientVer 1.0.0.
trouble-inbound_address = 🌐 Панель называет адрес, который приложениям не подойдёт: { $detail }. Поправьте адрес для ссылок в подключении или в Hosts.
trouble-self_signed = 🔒 Сертификат панели самоподписанный.
trouble-certificate_invalid = 🔒 Сертификат панели не подходит к этому адресу.
trouble-certificate_changed = 🔒 Панель показывает другой сертификат, не тот, что раньше.
trouble-not_tls = 🔧 На этом порту панель не отвечает по HTTPS. Проверьте порт.
trouble-needs_https = 🔧 Эта панель отвечает по HTTPS. Начните её адрес с https://
trouble-web_page = 🌐 По этому адресу отвечает не панель: { $detail }. Пропустите бота через CDN или страницу входа либо укажите адрес самой панели.
trouble-unknown_host = 🌐 Имени хоста нет в DNS. Проверьте адрес.
trouble-private_address = 🌐 Этот адрес доступен только в частной сети. Укажите публичный адрес панели.
trouble-refused_connection = 🔧 Этот порт не отвечает. Панель запущена, порт открыт?
trouble-timed_out = 🔧 Панель не ответила вовремя.
trouble-core_stopped = 🔧 Xray там не запущен. Запустите его в панели.
trouble-core_unknown = ⏳ Панель только что запустилась и ещё не знает, работает ли её Xray. Проверьте через полминуты.
trouble-name_clash = 🔧 Мешает чужой клиент с тем же именем: { $detail }. Удалите его в панели.
trouble-not_applied = 🔧 Панель сохранила клиента с другими настройками: { $detail }.
trouble-broken_answer = 🔧 Панель ответила не так, как ожидалось.
trouble-refused = 🔧 Панель отказывает: { $detail }

# Кнопки
button-servers = 🖥 Серверы
button-server-add = ➕ Добавить сервер
button-server-add-now = ✅ Добавить
button-server-check = 🔄 Проверить
button-server-details = ℹ️ Подробно
button-server-change = ✏️ Изменить
button-server-drain = 📤 Освободить
button-server-drain-now = 📤 Перевести всех
button-server-reopen = 📥 Открыть
button-server-remove = 🗑 Удалить
button-server-remove-now = 🗑 Удалить сервер
button-server-lost = Панель потеряна
button-server-lost-now = Потеряна, перевести всех
button-cancel = ✖️ Отменить
button-look-again = 🔄 Проверить снова
button-other-address = 🌐 Другой адрес
button-trust = 🔒 Он мой, доверять
button-country = { $flag } { $name }
button-no-title = Без названия, хватит страны
button-no-limited = Не нужно
button-field-title = 🏷 Название
button-field-country = 🌍 Страна
button-field-capacity = 👥 Лимит ключей
button-field-address = 🌐 Адрес
button-field-token = 🔑 Токен
button-field-inbound = 🚪 Подключение
button-field-limited = ✈️ После срока

# Работа, которую прервала ошибка
dead-letters = 🧯 <b>Застрявшие задачи</b>: { $count ->
        [one] { $count } задачу остановила ошибка.
        [few] { $count } задачи остановила ошибка.
       *[many] { $count } задач остановила ошибка.
    } Причина в журнале DueWorker. Исправьте её и попробуйте снова: ничего не потеряно.
dead-letters-line = { $at }: { $kind ->
        [provision] ключ
        [advance_subscription] шаг подписки
        [deliver_notification] сообщение
        [follow_receipt] чек
        [relay_question] вопрос
        [relay_answer] ответ поддержки
        [deliver_alert] сообщение о деньгах
        [watch_server] обещанное сообщение о сервере
        [erase_history] удаление данных
        [follow_reward] дни за приглашение
        [offer_winback] скидка вернувшемуся
       *[other] { $kind }
    }{ $of ->
        [shop] {""}
       *[other] , { $of }…
    }
dead-letters-none = 🧯 Застрявших задач нет.
button-dead-letters = 🧯 Застрявшие задачи: { $count }
button-dead-letters-retry = 🔁 Попробовать снова
toast-retried = Пробуем снова: { $count }
