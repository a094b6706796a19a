# Finding a person.
button-find = 🔎 Find
button-find-again = 🔎 Again
button-latest = 🆕 Latest
button-pick = 👤 Choose
button-share-bot = 📤 Send them the link
picker-ask = 👤 Tap “Choose a person” below the message field. Telegram shows your chats.
picker-choose = 👤 Choose a person
picker-cancel = ✖️ Cancel
picker-closed = 🔎 One moment…
find-stranger = 👤 This person has never opened the bot, so there is no card. Send them the link, or choose another person.
find-ask = 🔎 Send an id, @name, link, order number or the name of a key. Or forward a message of theirs.
find-several = { $count ->
        [one] 🔎 One person.
       *[other] 🔎 { $count } people.
    } Whom do you mean?
find-earlier = 🔎 The name { $name } is not in use now. Who had it:
find-nobody-unknown = 🔎 No such person. Names change; the id or a forwarded message is surest.
find-nobody-key = 🔎 A key doesn't say whose it is. Ask for the subscription link: it begins with https.
find-nobody-hidden = 🔎 They hide their account in forwarded messages. Ask for their @name or link.
latest-people = 🆕 Who came last:
latest-nobody = 🆕 No new people in two weeks.
button-person = { $name } · { $state }
person-state-new = new
person-state-trial_used = trial used
person-state-first_key = key is being made
person-state-running = active
person-state-last_day = last day
person-state-key_again = no key works
person-state-used_up = traffic used up
person-state-expired = ended
person-state-link_gone = ended long ago
person-state-paused = paused
person-state-deleted = deleted their data
person-state-unreadable = unreadable now

# The card of a person.
person-gone = There is no such person.
button-card = 👤 Card
person-who = 👤 { $name }, id { $id }
person-who-gone = 👤 { $id }
person-who-staff = 👤 { $name }, id { $id }, { $role }
person-stands = { $state }, { $plan }
person-stands-until = { $state }, { $plan }, until { $end }
person-stands-left = { $state }, { $plan }, until { $end } ({ $left })
person-opinion = 💬 { $what }
person-uses = 🔑 { $keys }, 📶 { $used } GB
person-uses-of = 🔑 { $keys }, 📶 { $used } of { $limit } GB
person-app = 📱 { $app }, { $ago } ago
person-devices = 📱 { $count }/{ $limit }: { $names }
person-paid-nothing = 💳 No payments
person-paid-1 = 💳 { $count } × = { $sum1 }, last { $last }
person-paid-2 = 💳 { $count } × = { $sum1 }, { $sum2 }, last { $last }
person-paid-3 = 💳 { $count } × = { $sum1 }, { $sum2 }, { $sum3 }, last { $last }
person-discount = 🎟 { $code }: { $effect }
person-waits-for-trial = { $state }, waits for a trial since { $since }
person-came = 🚪 { $met }, { $source }
person-came-blocked = 🚪 { $met }, { $source }. Has blocked the bot
person-came-direct = directly
person-came-advertisement = ad “{ $tag }”
person-came-friend = a friend's link
person-came-gift = a gift link
person-came-promo = a promo link
person-came-other = another link
person-note = 📝 { $at }: { $text }
person-more = ⋯ { $name }: rarely needed.
person-keys = 🔑 Keys: { $count }
person-key = { $server }: { $state }
person-key-works = works
person-key-waits = waits for its panel
person-key-leaving = is being moved
person-key-off = off
person-orders = 🧾 The last orders of { $name }
person-orders-none = 🧾 { $name } has no orders.
person-order = №{ $number }, { $price }, { $state }
person-order-created = started
person-order-awaiting = waits for payment
person-order-paid = paid
person-order-cancelled = cancelled
person-order-ended = not paid
person-order-held = waits for a decision
person-order-refunded = sent back
person-ledger = 📜 What has happened to { $name }
person-ledger-none = 📜 Nothing is recorded about { $name }.
person-entry = { $at }: { $what }
person-change-status = · state: { $before } → { $after }
person-change-plan = · plan: { $before } → { $after }
person-change-starts = · begins: { $before } → { $after }
person-change-ends = · ends: { $before } → { $after }
person-change-renewal = · auto-renewal: { $before } → { $after }
person-change-trial-used = · trial used: { $before } → { $after }
person-change-banned = · paused: { $before } → { $after }
person-change-role = · role: { $before } → { $after }
person-change-keys = · keys changed: { $count }
person-change-yes = yes
person-change-no = no
button-tab-orders = 🧾 Orders
button-tab-ledger = 📜 Ledger
button-tab-keys = 🔑 Keys
button-tab-more = ⋯ More

# Acts on a person.
button-act-days = ➕ Days
button-act-plan = 🔁 Plan
button-act-link = 🔗 New link
button-act-pause = ⏸ Pause
button-act-resume = ▶️ Resume
button-act-message = ✉️ Write
button-act-note = 📝 Note
button-act-trial = 🎁 Trial again
button-act-move = 🚚 Move a key
button-act-delete = 🗑 Delete
button-act-yes = ✅ Yes
button-act-delete-yes = 🗑 Yes, delete
button-act-quiet = 🔕 Quietly
button-act-cancel = ✖️ Cancel
button-act-undo = ↩️ Undo
button-days-own = ✏️ Another number
act-choose-days = ➕ How many days for { $name }?
act-choose-plan = 🔁 Which plan for { $name }? The time left becomes time of that plan.
act-choose-move = 🚚 Off which server shall the key of { $name } move?
act-choose-link = 🔗 { $name }
act-choose-pause = ⏸ { $name }
act-choose-resume = ▶️ { $name }
act-choose-message = ✉️ { $name }
act-choose-note = 📝 { $name }
act-choose-trial = 🎁 { $name }
act-choose-delete = 🗑 { $name }
act-type-days = ➕ How many days for { $name }? Send a number.
act-type-message = ✉️ Send the text for { $name }.
act-type-note = 📝 Send the note about { $name }, up to { $longest } characters. The team sees it, and it is in the person's data export.
act-type-again-days = A number from 1 to 3650, please.
act-type-again-message = Only text can be sent here.
act-type-again-note = Only text can be a note.
act-ask-days = ➕ Give { $name } { $days ->
        [one] { $days } day
       *[other] { $days } days
    }?
act-ask-plan = 🔁 Change the plan of { $name } from { $old } to { $new }?
act-ask-link = 🔗 Make a new link for { $name }? The old link and its keys stop working.
act-ask-pause = ⏸ Pause { $name }? The keys stop working; the time left is kept.
act-ask-resume = ▶️ Resume { $name }? The time left goes on.
act-ask-trial = 🎁 Let { $name } start the trial once more?
act-ask-message = ✉️ Send this to { $name }?
act-ask-note = 📝 Keep this note about { $name }?
act-ask-move = 🚚 Move the key of { $name } off { $server }? The old key works for another day.
act-ask-delete = 🗑 Delete all data of { $name }? Keys stop working at once. It cannot be undone.
act-end-moves = The end: { $old } → { $new }
act-state-moves = { $old } → { $new }
act-end-open = not set yet
act-will-know = They will be told.
act-cannot-know = They cannot be told: they have blocked the bot.
act-now = Now: { $state }
act-now-until = Now: { $state }, until { $end }
act-changed = They have changed meanwhile. Please look again:
act-question-gone = That question is no longer open. Here is the card:
act-done-days = ✅ Done: { $name } has the days.
act-done-plan = ✅ Done: { $name } has the plan.
act-done-link = ✅ Done: { $name } has a new link.
act-done-pause = ✅ Done: { $name } is paused.
act-done-resume = ✅ Done: { $name } is resumed.
act-done-message = ✅ Done: the message to { $name } is on its way.
act-done-note = ✅ Done: the note about { $name } is kept.
act-done-trial = ✅ Done: { $name } can start the trial.
act-done-move = ✅ Done: the key of { $name } is being moved.
act-done-delete = ✅ Done: the data are deleted. The history follows within minutes.
act-undone = ↩️ Undone for { $name }.
act-not-undone = It has changed since: { $reason } Nothing was touched.
undo-cannot-unknown = this cannot be undone.
undo-cannot-no_time = no time is left.
undo-cannot-same_plan = the earlier plan is back already.
undo-cannot-plan_gone = the earlier plan is not sold now.
undo-cannot-not_paused = they are not paused any more.
undo-cannot-paused = they are paused already.
undo-cannot-has_trial = the trial has been started or used.
undo-cannot-no_key = there is no key.
undo-cannot-used = it is used up.
undo-cannot-changed = something else has changed it.
undo-cannot-late = 24 hours are over.
undo-cannot-notes_full = there are too many notes.
undo-cannot-no_server = no server has room.
undo-cannot-retiring = earlier keys are still being removed.
undo-cannot-more_time = they have got more time since. Take that back first.
act-cannot-unknown = ✋ That is not there any more.
act-cannot-no_time = ✋ They have no time left that could change.
act-cannot-same_plan = ✋ They have this plan already.
act-cannot-plan_gone = ✋ This plan is not sold now.
act-cannot-not_paused = ✋ They are not paused.
act-cannot-paused = ✋ They are paused already.
act-cannot-has_trial = ✋ The trial can be started already, or they have a subscription.
act-cannot-no_key = ✋ They have no key for that now.
act-cannot-used = ✋ It is used up.
act-cannot-changed = ✋ It has changed meanwhile.
act-cannot-late = ✋ It is too late.
act-cannot-notes_full = ✋ There are too many notes.
act-cannot-no_server = ✋ No other server has room.
act-cannot-retiring = ✋ Panels still remove earlier keys. Try again in ten minutes.
act-cannot-more_time = ✋ They have more time than that of the trial.
act-limit-oneself = ✋ Another member of the team has to give you days.
act-limit-person = ✋ The team gives one person at most 7 days in 30 days. Still possible: { $left }.
act-limit-day = ✋ You can give 30 days a day. Left today: { $left }.

# What the person reads.
notice-days_given = 🎁 We've added { $days ->
        [one] { $days } day
       *[other] { $days } days
    } for you. Enjoy!
notice-days_taken = We've taken back { $days ->
        [one] { $days } day
       *[other] { $days } days
    } that we had added by mistake. Sorry!
notice-plan_changed = 🔁 Your plan is now { $plan }.
notice-trial_again = 🎁 You can try VPN for free once more.
notice-trial_over = The free trial that we offered again has ended.
notice-role-support = 👑 You now help with support. Open /admin
notice-role-admin = 👑 You are now an administrator. Open /admin
notice-role-owner = 👑 You are now an owner. Open /admin
notice-role-none = Your role has ended. Thank you!

# The log and the team.
button-acts = 📒 Acts
button-acts-newest = ⏫ Newest
button-acts-older = ➡️ Older
acts = 📒 What the team has done
acts-none = 📒 No acts yet. What the team does for people will be listed here.
act-line = { $at }: { $who }: { $what }
act-line-on = { $at }: { $who }: { $what } → { $whom }
act-with = { $what } ({ $about })
act-setting = { $name }: { $value }
act-text = { $language }, { $name }
act-outage = { $server }, { $day }
language-en = English
language-ru = Russian
act-name-days = days
act-name-plan = plan
act-name-link = new link
act-name-pause = pause
act-name-resume = resume
act-name-message = message
act-name-note = note
act-name-trial = trial again
act-name-move = key moved
act-name-delete = deleted
act-name-role = role
act-name-undo = undone
act-name-text = text
act-name-undo_text = text undone
act-name-setting = setting
act-name-undo_setting = setting undone
act-name-send = broadcast sent
act-name-pause_sending = broadcast paused
act-name-resume_sending = broadcast resumed
act-name-stop_sending = broadcast stopped
act-name-delete_sent = broadcast deleted
act-name-correct_sent = broadcast corrected
act-name-send_again = broadcast sent to the unsure
button-team = 👥 Team
button-team-add = ➕ Add
team = 👥 { $count ->
    [0] No members in the team yet.
    [one] One member in the team.
   *[other] { $count } members in the team.
 } Owners named in the deployment: { $owners }.
team-add = ➕ Send an id or @name, or forward a message of theirs. They must have used the bot.
team-unknown = This person has not used the bot. Ask them to send /start, and try again.
team-member = { $name } · { $role }
team-one = 👤 { $name }, role: { $role }
team-ask = 👥 { $name }: { $old } → { $new }? They will be told.
team-done = ✅ { $name }: { $role }
role-support = support
role-admin = administrator
role-owner = owner
role-none = none
role-may-support = Support finds people, answers, makes new links and gives a few days.
role-may-admin = Administrators also change plans, pause, delete, make promo codes and ad links, and see statistics.
role-may-owner = Owners may do everything: money, servers, settings and roles.
role-may-none = They keep what they have as a customer.
button-role-support = 💬 Support
button-role-admin = 🛠 Administrator
button-role-owner = 👑 Owner
button-role-none = ✖️ Remove
