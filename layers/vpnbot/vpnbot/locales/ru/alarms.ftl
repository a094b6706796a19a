# Сообщения о тревогах в чатах операторов: что случилось, что делать. Подробности — в docs/alarms.md.
alarm-rings =
    🔴 { $what }
    { $remedy }
    С { $time } UTC.
alarm-over =
    🟢 Прошло: { $what }
    С { $time } UTC.
alarm-unknown = Сработала тревога { $name }.
alarm-unknown-remedy = Посмотрите её в CloudWatch.

alarm-clock-stopped = Работа по расписанию остановилась: напоминания, окончания и новые ключи ждут.
alarm-clock-stopped-remedy = Запустите ops doctor и включите расписание, если оно выключено.
alarm-work-late = Работа ждёт своей очереди больше 15 минут.
alarm-work-late-remedy = Увеличьте WorkerConcurrency, если другая тревога не объясняет, почему обработка идёт медленно.
alarm-queue-stuck = Функция DueWorker не берёт работу из очереди.
alarm-queue-stuck-remedy = Запустите ops doctor и включите триггер DueWorker, если он выключен.
alarm-worker-errors = Функция DueWorker упала или не уложилась во время.
alarm-worker-errors-remedy = Прочитайте журнал DueWorker; работа будет повторена.
alarm-quarantined-updates = Сообщения или нажатия людей встретили ошибку или неверную настройку и отложены.
alarm-quarantined-updates-remedy = Исправьте причину и запустите ops replay.
alarm-dead-lettered-work = Работа не удалась двенадцать раз и ждёт вас.
alarm-dead-lettered-work-remedy = Откройте 🖥 Серверы, застрявшую работу; установите исправление и повторите.
alarm-failed-runs = Запуски функции не удались и записаны в очередь.
alarm-failed-runs-remedy = Запустите ops doctor, прочитайте журнал названной функции и очистите очередь.
alarm-panel-down = Панель VPN не отвечает или отказывает, и ключи ждут.
alarm-panel-down-remedy = Откройте 🖥 Серверы: там видно, какая панель и почему.
alarm-questions-wait = Вопросы людей не доходят до чата поддержки.
alarm-questions-wait-remedy = Верните бота в группу и разрешите ему писать или задайте другой SupportChatId.
alarm-webhook-errors = Бот упал или не успел ответить.
alarm-webhook-errors-remedy = Прочитайте журнал TelegramWebhook; после обновления вернитесь к прежней версии.
alarm-payment-webhook-errors = Уведомление о платеже не обработано из-за сбоя.
alarm-payment-webhook-errors-remedy = Прочитайте журнал PaymentWebhook; платежи находятся и без уведомлений.
alarm-page-errors = Страница со ссылками людей упала или не успела ответить.
alarm-page-errors-remedy = Прочитайте журнал SubscriptionPage; ключи в приложениях остаются.
alarm-bugs = Функция встретила ошибку, неверную настройку или запрет AWS.
alarm-bugs-remedy = Запустите сохранённый запрос errors в CloudWatch Logs: он назовёт причину.
alarm-telegram-delivery = Telegram не доставляет боту сообщения или не отвечает.
alarm-telegram-delivery-remedy = Запустите ops doctor: он скажет, что сообщает Telegram и что делать.
alarm-api5xx = Запросы снова и снова завершаются ошибкой 500 или 503.
alarm-api5xx-remedy = Прочитайте журнал доступа API; если не работает AWS или Telegram, просто подождите.
alarm-api4xx = API отклоняет очень много запросов.
alarm-api4xx-remedy = Прочитайте журнал доступа: при 401 на вебхуке запустите ops webhook set, иначе закройте источник.
alarm-throttles = AWS не запускает функции: одновременно работает слишком много.
alarm-throttles-remedy = Уменьшите WorkerConcurrency или MaxConnections и попросите у AWS больший предел.
alarm-concurrency = Занято больше 80 % одновременных запусков аккаунта.
alarm-concurrency-remedy = Попросите больше: Service Quotas, AWS Lambda, Concurrent executions.
alarm-table-errors = База данных отвечает с задержкой или с ошибками.
alarm-table-errors-remedy = Вызовы повторяются: подождите, а если не проходит, посмотрите метрики таблицы.
alarm-no-room = Люди ждут ключ: все серверы заполнены.
alarm-no-room-remedy = Добавьте сервер или увеличьте лимит ключей в 🖥 Серверах.
alarm-trial-budget = Большую часть пробных периодов на сегодня разобрали.
alarm-trial-budget-remedy = Увеличьте «Пробных в день» в настройках или проверьте рекламу; люди могут попросить написать им.
alarm-unreadable-items = Часть данных записана более новой версией, и прочитать их нельзя.
alarm-unreadable-items-remedy = Установите более новую версию снова.
alarm-unknown-key-versions = Не хватает версии секрета ключей.
alarm-unknown-key-versions-remedy = Восстановите key_secret из копии; версию назовёт ops doctor.
alarm-paid-to-key = Человек заплатил и ждал ключ больше десяти минут.
alarm-paid-to-key-remedy = Откройте 🖥 Серверы: ищите панель со сбоем или заполненный сервер.
alarm-stuck-orders = Платёж и через четыре дня ожидает.
alarm-stuck-orders-remedy = Посмотрите платёж в кабинете платёжного сервиса.
alarm-held-payments = Деньги ждут вашего решения.
alarm-held-payments-remedy = Откройте сообщение о них в этом чате или запустите ops orders list.
alarm-forged-payments = Пришло много уведомлений о платежах, которых платёжный сервис не отправлял.
alarm-forged-payments-remedy = Они ни на что не влияют; если они настоящие, сохраните новый секрет сервиса: ops configure.
