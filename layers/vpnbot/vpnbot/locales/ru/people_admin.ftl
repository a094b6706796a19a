# Поиск человека.
button-find = 🔎 Найти
button-find-again = 🔎 Ещё раз
button-latest = 🆕 Новые
button-pick = 👤 Выбрать
button-share-bot = 📤 Отправить ссылку
picker-ask = 👤 Нажмите «Выбрать человека» под полем ввода. Telegram покажет ваши чаты.
picker-choose = 👤 Выбрать человека
picker-cancel = ✖️ Отменить
picker-closed = 🔎 Секунду…
find-stranger = 👤 Этот человек ещё не открывал бота, карточки нет. Отправьте ему ссылку или выберите другого.
find-ask = 🔎 Отправьте id, @имя, ссылку, номер заказа или имя ключа. Или перешлите сообщение человека.
find-several = { $count ->
        [one] 🔎 Нашли { $count } человека.
       *[other] 🔎 Нашли { $count } человек.
    } Кто нужен?
find-earlier = 🔎 Имя { $name } сейчас не занято. Раньше было у:
find-nobody-unknown = 🔎 Никого не нашли. Имена меняются, надёжнее id или пересланное сообщение.
find-nobody-key = 🔎 По ключу человека не найти. Попросите ссылку подписки: она начинается с https.
find-nobody-hidden = 🔎 Человек скрывает аккаунт при пересылке. Попросите @имя или ссылку.
latest-people = 🆕 Пришли последними:
latest-nobody = 🆕 За две недели новых нет.
button-person = { $name } · { $state }
person-state-new = новый
person-state-trial_used = пробный использован
person-state-first_key = ключ создаётся
person-state-running = активен
person-state-last_day = последний день
person-state-key_again = ключи не работают
person-state-used_up = трафик закончился
person-state-expired = закончилось
person-state-link_gone = давно закончилось
person-state-paused = на паузе
person-state-deleted = данные удалены
person-state-unreadable = сейчас не прочитать

# Карточка человека.
person-gone = Такого человека нет.
button-card = 👤 Карточка
person-who = 👤 { $name }, id { $id }
person-who-gone = 👤 { $id }
person-who-staff = 👤 { $name }, id { $id }, { $role }
person-stands = { $state }, { $plan }
person-stands-until = { $state }, { $plan }, до { $end }
person-stands-left = { $state }, { $plan }, до { $end } ({ $left })
person-opinion = 💬 { $what }
person-uses = 🔑 { $keys }, 📶 { $used } ГБ
person-uses-of = 🔑 { $keys }, 📶 { $used } из { $limit } ГБ
person-app = 📱 { $app }, { $ago } назад
person-devices = 📱 { $count }/{ $limit }: { $names }
person-paid-nothing = 💳 Платежей нет
person-paid-1 = 💳 { $count } × = { $sum1 }, последний { $last }
person-paid-2 = 💳 { $count } × = { $sum1 }, { $sum2 }, последний { $last }
person-paid-3 = 💳 { $count } × = { $sum1 }, { $sum2 }, { $sum3 }, последний { $last }
person-discount = 🎟 { $code }: { $effect }
person-waits-for-trial = { $state }, ждёт пробный период с { $since }
person-came = 🚪 { $met }, { $source }
person-came-blocked = 🚪 { $met }, { $source }. Бот заблокирован
person-came-direct = напрямую
person-came-advertisement = реклама «{ $tag }»
person-came-friend = ссылка друга
person-came-gift = ссылка на подарок
person-came-promo = ссылка с промокодом
person-came-other = другая ссылка
person-note = 📝 { $at }: { $text }
person-more = ⋯ { $name }: то, что нужно редко.
person-keys = 🔑 Ключей: { $count }
person-key = { $server }: { $state }
person-key-works = работает
person-key-waits = ждёт панель
person-key-leaving = переезжает
person-key-off = выключен
person-orders = 🧾 { $name }: последние заказы
person-orders-none = 🧾 { $name }: заказов нет.
person-order = №{ $number }, { $price }, { $state }
person-order-created = начат
person-order-awaiting = ждёт оплаты
person-order-paid = оплачен
person-order-cancelled = отменён
person-order-ended = не оплачен
person-order-held = ждёт решения
person-order-refunded = возвращён
person-ledger = 📜 { $name }: что было
person-ledger-none = 📜 { $name }: записей нет.
person-entry = { $at }: { $what }
person-change-status = · состояние: { $before } → { $after }
person-change-plan = · тариф: { $before } → { $after }
person-change-starts = · начало: { $before } → { $after }
person-change-ends = · окончание: { $before } → { $after }
person-change-renewal = · автопродление: { $before } → { $after }
person-change-trial-used = · пробный использован: { $before } → { $after }
person-change-banned = · на паузе: { $before } → { $after }
person-change-role = · роль: { $before } → { $after }
person-change-keys = · изменилось ключей: { $count }
person-change-yes = да
person-change-no = нет
button-tab-orders = 🧾 Заказы
button-tab-ledger = 📜 История
button-tab-keys = 🔑 Ключи
button-tab-more = ⋯ Ещё

# Действия.
button-act-days = ➕ Дни
button-act-plan = 🔁 Тариф
button-act-link = 🔗 Новая ссылка
button-act-pause = ⏸ Пауза
button-act-resume = ▶️ Снять паузу
button-act-message = ✉️ Написать
button-act-note = 📝 Заметка
button-act-trial = 🎁 Пробный снова
button-act-move = 🚚 Перенести ключ
button-act-delete = 🗑 Удалить
button-act-yes = ✅ Да
button-act-delete-yes = 🗑 Да, удалить
button-act-quiet = 🔕 Молча
button-act-cancel = ✖️ Отменить
button-act-undo = ↩️ Вернуть
button-days-own = ✏️ Другое число
act-choose-days = ➕ { $name }: сколько дней добавить?
act-choose-plan = 🔁 { $name }: какой тариф дать? Остаток станет временем этого тарифа.
act-choose-move = 🚚 { $name }: с какого сервера перенести ключ?
act-choose-link = 🔗 { $name }
act-choose-pause = ⏸ { $name }
act-choose-resume = ▶️ { $name }
act-choose-message = ✉️ { $name }
act-choose-note = 📝 { $name }
act-choose-trial = 🎁 { $name }
act-choose-delete = 🗑 { $name }
act-type-days = ➕ { $name }: сколько дней добавить? Отправьте число.
act-type-message = ✉️ { $name }: отправьте текст сообщения.
act-type-note = 📝 { $name }: отправьте заметку, до { $longest } символов. Её видит команда, и она есть в выгрузке данных.
act-type-again-days = Нужно число от 1 до 3650.
act-type-again-message = Здесь можно отправить только текст.
act-type-again-note = Заметкой может быть только текст.
act-ask-days = ➕ { $name }: добавить { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }?
act-ask-plan = 🔁 { $name }: сменить тариф { $old } → { $new }?
act-ask-link = 🔗 { $name }: сделать новую ссылку? Старая ссылка и её ключи перестанут работать.
act-ask-pause = ⏸ { $name }: поставить на паузу? Ключи перестанут работать, остаток времени сохранится.
act-ask-resume = ▶️ { $name }: снять паузу? Время пойдёт дальше.
act-ask-trial = 🎁 { $name }: разрешить ещё один пробный период?
act-ask-message = ✉️ { $name }: отправить это?
act-ask-note = 📝 { $name }: сохранить эту заметку?
act-ask-move = 🚚 { $name }: перенести ключ с { $server }? Старый ключ проработает ещё день.
act-ask-delete = 🗑 { $name }: удалить все данные? Ключи сразу перестанут работать. Вернуть нельзя.
act-end-moves = Окончание: { $old } → { $new }
act-state-moves = { $old } → { $new }
act-end-open = пока не назначено
act-will-know = Человек узнает.
act-cannot-know = Человек не узнает: бот заблокирован.
act-now = Сейчас: { $state }
act-now-until = Сейчас: { $state }, до { $end }
act-changed = За это время всё изменилось. Посмотрите ещё раз:
act-question-gone = Этот вопрос уже закрыт. Вот карточка:
act-done-days = ✅ { $name }: дни добавлены.
act-done-plan = ✅ { $name }: тариф сменён.
act-done-link = ✅ { $name }: ссылка заменена на новую.
act-done-pause = ✅ { $name }: теперь на паузе.
act-done-resume = ✅ { $name }: пауза снята.
act-done-message = ✅ { $name }: сообщение отправляется.
act-done-note = ✅ { $name }: заметка сохранена.
act-done-trial = ✅ { $name }: пробный период снова доступен.
act-done-move = ✅ { $name }: ключ переезжает.
act-done-delete = ✅ Готово: данные удалены. История исчезнет через несколько минут.
act-undone = ↩️ Вернули как было: { $name }.
act-not-undone = С тех пор всё изменилось: { $reason } Ничего не трогали.
undo-cannot-unknown = это не вернуть.
undo-cannot-no_time = времени не осталось.
undo-cannot-same_plan = прежний тариф уже вернулся.
undo-cannot-plan_gone = прежний тариф сейчас не продаётся.
undo-cannot-not_paused = пауза уже снята.
undo-cannot-paused = человек уже на паузе.
undo-cannot-has_trial = пробный период уже начат или использован.
undo-cannot-no_key = ключа нет.
undo-cannot-used = всё уже использовано.
undo-cannot-changed = это изменило что-то другое.
undo-cannot-late = прошло больше 24 часов.
undo-cannot-notes_full = заметок слишком много.
undo-cannot-no_server = на серверах нет места.
undo-cannot-retiring = прежние ключи ещё удаляются.
undo-cannot-more_time = с тех пор добавилось время. Сначала верните его.
act-cannot-unknown = ✋ Этого уже нет.
act-cannot-no_time = ✋ Времени не осталось, менять нечего.
act-cannot-same_plan = ✋ Этот тариф уже есть.
act-cannot-plan_gone = ✋ Этот тариф сейчас не продаётся.
act-cannot-not_paused = ✋ Человек не на паузе.
act-cannot-paused = ✋ Человек уже на паузе.
act-cannot-has_trial = ✋ Пробный период и так доступен, или есть подписка.
act-cannot-no_key = ✋ Подходящего ключа сейчас нет.
act-cannot-used = ✋ Всё уже использовано.
act-cannot-changed = ✋ За это время всё изменилось.
act-cannot-late = ✋ Уже поздно.
act-cannot-notes_full = ✋ Заметок слишком много.
act-cannot-no_server = ✋ На других серверах нет места.
act-cannot-retiring = ✋ Панели ещё удаляют прежние ключи. Попробуйте через десять минут.
act-cannot-more_time = ✋ У человека есть время и кроме пробного.
act-limit-oneself = ✋ Себе дни добавить нельзя, попросите коллегу.
act-limit-person = ✋ Команда даёт человеку не больше 7 дней за 30 дней. Ещё можно: { $left }.
act-limit-day = ✋ За день можно дать 30 дней. Сегодня осталось: { $left }.

# Что читает человек.
notice-days_given = 🎁 Мы добавили вам { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }. Пользуйтесь на здоровье!
notice-days_taken = Мы сняли { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }: добавили их по ошибке. Извините за путаницу.
notice-plan_changed = 🔁 Ваш тариф теперь: { $plan }.
notice-trial_again = 🎁 Можно ещё раз попробовать VPN бесплатно.
notice-trial_over = Повторный пробный период закрыт.
notice-role-support = 👑 Теперь вы помогаете в поддержке. Откройте /admin
notice-role-admin = 👑 Теперь вы администратор. Откройте /admin
notice-role-owner = 👑 Теперь вы владелец. Откройте /admin
notice-role-none = Вы больше не в команде. Спасибо за помощь!

# Журнал и команда.
button-acts = 📒 Действия
button-acts-newest = ⏫ Новые
button-acts-older = ➡️ Раньше
acts = 📒 Что делала команда
acts-none = 📒 Действий пока нет. Здесь будет всё, что команда делает для людей.
act-line = { $at }: { $who }: { $what }
act-line-on = { $at }: { $who }: { $what } → { $whom }
act-with = { $what } ({ $about })
act-setting = { $name }: { $value }
act-text = { $language }, { $name }
act-outage = { $server }, { $day }
language-en = английский
language-ru = русский
act-name-days = дни
act-name-plan = тариф
act-name-link = новая ссылка
act-name-pause = пауза
act-name-resume = пауза снята
act-name-message = сообщение
act-name-note = заметка
act-name-trial = пробный снова
act-name-move = перенос ключа
act-name-delete = удаление
act-name-role = роль
act-name-undo = отменено
act-name-text = текст
act-name-undo_text = текст возвращён
act-name-setting = настройка
act-name-undo_setting = настройка возвращена
act-name-send = рассылка отправлена
act-name-pause_sending = рассылка на паузе
act-name-resume_sending = рассылка продолжена
act-name-stop_sending = рассылка прекращена
act-name-delete_sent = рассылка удалена
act-name-correct_sent = рассылка исправлена
act-name-send_again = рассылка отправлена повторно
button-team = 👥 Команда
button-team-add = ➕ Добавить
team = 👥 { $count ->
    [0] В команде пока никого.
   *[other] Участников команды: { $count }.
 } Владельцев в настройках развёртывания: { $owners }.
team-add = ➕ Отправьте id или @имя, или перешлите сообщение человека. Он должен был открыть бота.
team-unknown = Такой человек ещё не открывал бота. Попросите отправить /start и попробуйте снова.
team-member = { $name } · { $role }
team-one = 👤 { $name }, роль: { $role }
team-ask = 👥 { $name }: { $old } → { $new }? Человек узнает.
team-done = ✅ { $name }: { $role }
role-support = поддержка
role-admin = администратор
role-owner = владелец
role-none = нет
role-may-support = Поддержка находит людей, отвечает, меняет ссылки и даёт несколько дней.
role-may-admin = Администраторы ещё меняют тарифы, ставят на паузу, удаляют, создают промокоды и рекламные ссылки и видят статистику.
role-may-owner = Владельцы могут всё: деньги, серверы, настройки и роли.
role-may-none = Всё, что есть у клиента, останется.
button-role-support = 💬 Поддержка
button-role-admin = 🛠 Администратор
button-role-owner = 👑 Владелец
button-role-none = ✖️ Убрать
