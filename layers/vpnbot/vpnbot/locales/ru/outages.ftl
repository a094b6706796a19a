# Сбои серверов, как они измерены, и дни за них.
button-outages = 🔧 Сбои
button-outages-back = 🔧 Все сбои
button-outages-older = ➡️ Раньше
button-outage-who = 👥 Кто
button-outage-was = 🔧 VPN не работал
button-outage-was_not = ✖️ VPN работал
button-outage-refresh = 🔄 Обновить
button-compensate = 🎁 Возместить
button-compensate-yes = ✅ Добавить
button-compensate-no = ✖️ Отменить
button-compensate-days = ✏️ Дни
button-compensate-owner = 🙋 Спросить владельца
button-compensate-lost = Сколько потеряно
outages = 🔧 Сбои, как мы их измерили, сначала новые.
outages-none = 🔧 Сбоев пока не было. Серверы проверяем сами.
outage-line = { $state ->
        [open] 🔴
        [given] 🎁
        [silent] 🔇
        [down] 🔧
       *[not] ✖️
    } { $name }: { $at }, { $length }
outage-open = 🔴 { $name } не работает с { $since }, уже { $length }: { $evidence }.
outage-down = 🔧 { $name } не работал { $since } – { $until }, { $length }: { $evidence }.
outage-silent = 🔇 { $name }: панель молчала { $since } – { $until }. VPN мог работать. Работал?
outage-not = ✖️ { $name }: { $since } – { $until }. По вашим словам, VPN работал.
outage-evidence-silent = панель молчит
outage-evidence-core_stopped = ядро VPN остановилось
outage-worked = До этого работал: { $at }.
outage-touched = { $count ->
        [0] У всех был другой ключ.
       *[other] Без другого ключа: { $count }.
    }
outage-waits = ⏳ В то же время не работает ещё один сервер. Дни можно будет добавить после.
outage-giving = 🎁 Добавляем дни, готово: { $people }.
outage-given = 🎁 Дни получили: { $people } чел., всего дней { $days }.
outage-changed = С тех пор всё изменилось. Сейчас так:
outage-who = 👥 У кого был ключ на { $name }: время без VPN и дни за него.
outage-nobody = 👥 Ключей на { $name } не было.
outage-person = { $name }: { $hours }, { $days ->
        [0] без дней
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }
compensation-preview = 🎁 { $people ->
        [one] { $people } человек получит
        [few] { $people } человека получат
       *[other] { $people } человек получат
    } { $days }, всего { $total }. { $others ->
        [0] Каждый узнает.
       *[other] Не получат { $others }: работал другой ключ или дни уже есть. Каждый узнает.
    }
compensation-days = { $days ->
        [one] по { $days } дню
       *[other] по { $days } дней
    }
compensation-days-up-to = до { $days } дней
act-name-was_down = сбой: VPN не работал
act-name-was_not_down = сбой: VPN работал
compensation-limit = Свыше { $days ->
    [one] { $days } дня
   *[other] { $days } дней
  } или { $people ->
    [one] { $people } человека
   *[other] { $people } человек
  } решает владелец.
compensation-asked = 🙋 Владельца уже спросили.
compensation-choose = ✏️ По сколько дней добавить каждому?
act-name-compensate = дни за сбой
act-name-ask_owner = владельца спросили о днях
notice-compensated = 🙏 { $date } VPN не работал { $lost }. Это наша вина: +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }, теперь до { $end }.
notice-compensated-later = 🙏 { $date } VPN не работал { $lost }. Это наша вина: +{ $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }.
