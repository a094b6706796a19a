# Карточка человека в его теме
topic-who = 👤 { $name }: { $state }, { $plan }
topic-who-left = 👤 { $name }: { $state }, { $plan }, осталось { $left }
topic-uses = 🌐 { $language }, { $app }, { $ago } назад
topic-uses-nothing = 🌐 { $language }, приложения ещё нет
topic-finding = 🩺 { $finding }
topic-finding-no_subscription = подписки нет
topic-finding-expired = время закончилось
topic-finding-paused = остановлено нами
topic-finding-unreadable = данные сейчас не читаются
topic-finding-key_in_the_making = ключ делается
topic-finding-key_refused = панель отказывает в ключе
topic-finding-server_down = сервер не работает
topic-finding-one_server_down = один из серверов не работает
topic-finding-key_lags = ключ ещё не обновился
topic-finding-traffic_used_up = трафик закончился
topic-finding-never_loaded = ссылку ни разу не загружали
topic-finding-old_link = в приложении старая ссылка
topic-finding-wrong_app = приложение не подходит серверу
topic-finding-unchecked = серверы ещё не проверяли
topic-finding-no_traffic = трафика ещё нет
topic-finding-loaded_long_ago = ссылку загружали давно
topic-finding-all_good = у нас всё в порядке
button-topic-check = 🩺 Проверить
button-topic-words = 💬 Готовые ответы
button-topic-close = ✅ Закрыть
button-topic-card = 👤 К карточке

# Готовые ответы
topic-words = 💬 Какой ответ отправить? Уйдёт на языке человека.
topic-said = ✅ Отправили: { $label }
prepared-hello = Здравствуйте! Спасибо, что написали. Уже смотрим, скоро ответим здесь.
prepared-hello-label = 👋 Уже смотрим
prepared-reinstall = Откройте меню, нажмите «Подключиться» и добавьте ссылку в приложение ещё раз. Потом выключите и включите VPN.
prepared-reinstall-label = 🔌 Добавить ссылку заново
prepared-other_app = Попробуйте другое приложение: нажмите «Подключиться» и выберите другое для вашего устройства.
prepared-other_app-label = 📱 Другое приложение
prepared-fixed = Должно заработать. Выключите и включите VPN и расскажите, как получилось.
prepared-fixed-label = 🛠 Снова работает
prepared-more = Пришлите, пожалуйста, снимок экрана приложения и напишите город и оператора.
prepared-more-label = 📷 Нужен снимок экрана

# Группа, в которую приходят вопросы
support-here = 💬 Присылать вопросы клиентов в эту группу? Подтвердит владелец.
button-support-here = ✅ Да, сюда
button-support-flat = Без тем
support-here-done = ✅ Вопросы теперь приходят сюда, у каждого клиента своя тема. Отвечайте в теме; // остаётся между вами.
support-here-flat = ✅ Вопросы теперь приходят сюда. Чтобы ответить, ответьте на строку под вопросом.
support-here-unknown = 🤔 Telegram ничего не говорит об этой группе. Попробуйте через минуту.
support-here-no-topics = Темы выключены. Включите их в настройках группы и нажмите «Обновить».
support-here-no-right = Мне нельзя управлять темами. Сделайте меня администратором с этим правом и нажмите «Обновить».
support-here-again = Кто-то менял это одновременно. Нажмите ещё раз.
support-added = 👋 Чтобы вопросы приходили сюда: включите темы, разрешите мне управлять ими и удалять сообщения, отправьте /support_here.
support-delete-topic = 🗑 Клиент удалил свои данные. Удалите, пожалуйста, эту тему: мне нельзя.
id-own = Ваш id: <code>{ $id }</code>
id-chat = Id этого чата: <code>{ $id }</code>
