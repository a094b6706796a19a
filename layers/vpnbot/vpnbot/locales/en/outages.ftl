# Outages of servers as they were measured, and days for them.
button-outages = 🔧 Outages
button-outages-back = 🔧 All outages
button-outages-older = ➡️ Older
button-outage-who = 👥 Who
button-outage-was = 🔧 VPN was down
button-outage-was_not = ✖️ VPN worked
button-outage-refresh = 🔄 Refresh
button-compensate = 🎁 Compensate
button-compensate-yes = ✅ Give
button-compensate-no = ✖️ Cancel
button-compensate-days = ✏️ Days
button-compensate-owner = 🙋 Ask the owner
button-compensate-lost = As much as was lost
outages = 🔧 Outages as we measured them, the newest first.
outages-none = 🔧 No outage yet. We check the servers ourselves.
outage-line = { $state ->
        [open] 🔴
        [given] 🎁
        [silent] 🔇
        [down] 🔧
       *[not] ✖️
    } { $name }: { $at }, { $length }
outage-open = 🔴 { $name } is down since { $since }, for { $length }: { $evidence }.
outage-down = 🔧 { $name } was down { $since } – { $until }, { $length }: { $evidence }.
outage-silent = 🔇 { $name }: panel silent { $since } – { $until }. VPN may have worked. Did it?
outage-not = ✖️ { $name }: { $since } – { $until }. VPN worked, you say.
outage-evidence-silent = the panel is silent
outage-evidence-core_stopped = its VPN core stopped
outage-worked = Worked at { $at }.
outage-touched = { $count ->
        [0] Everybody had another key.
       *[other] No other key: { $count }.
    }
outage-waits = ⏳ Another server is still down in the same time. Days can be given afterwards.
outage-giving = 🎁 Days are being given: { $people ->
        [one] { $people } person
       *[other] { $people } people
    } done.
outage-given = 🎁 { $people ->
        [one] { $people } person
       *[other] { $people } people
    } got { $days ->
        [one] { $days } day
       *[other] { $days } days
    } in all.
outage-changed = It has changed since. This is how it is now:
outage-who = 👥 Who had a key on { $name }: time without VPN, days for it.
outage-nobody = 👥 There was no key on { $name }.
outage-person = { $name }: { $hours }, { $days ->
        [0] no days
        [one] { $days } day
       *[other] { $days } days
    }
compensation-preview = 🎁 { $people ->
        [one] { $people } person gets
       *[other] { $people } people get
    } { $days }, { $total } in all. { $others ->
        [0] Each will be told.
       *[other] { $others } get none: another key worked, or they got days before. Each will be told.
    }
compensation-days = { $days ->
        [one] { $days } day each
       *[other] { $days } days each
    }
compensation-days-up-to = up to { $days } days each
act-name-was_down = outage: VPN was down
act-name-was_not_down = outage: VPN worked
compensation-limit = Above { $days ->
    [one] { $days } day
   *[other] { $days } days
  } or { $people ->
    [one] { $people } person
   *[other] { $people } people
  } the owner decides.
compensation-asked = 🙋 The owner was asked.
compensation-choose = ✏️ How many days should each of them get?
act-name-compensate = days for an outage
act-name-ask_owner = owner asked for days
notice-compensated = 🙏 On { $date } VPN was down for { $lost }. That's on us: +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }, now until { $end }.
notice-compensated-later = 🙏 On { $date } VPN was down for { $lost }. That's on us: +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
