# Home, by state
home-name = <b>{ $name }</b>
home-new =
    Fast, private internet on up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }.
    <b>{ $days } { $days ->
        [one] day
       *[other] days
    } free.</b> No card, no sign-up.
home-new-invited = 👥 Friend's bonus: +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    } when you pay.
home-new-terms = By tapping “Try free” you accept the terms.
home-making = ⏳ Making your key, usually under a minute. We'll message you; your time starts then.
home-making-longer = ⏳ Making your key takes longer than usual. No action needed: we'll message you, and your time starts then.
home-making-again = ⏳ We're making you a new key. No action needed: we'll message you when it's ready.
home-traffic = 📊 { $used } GB used
home-traffic-of = 📊 { $used } of { $limit } GB used
home-used-up =
    🔴 All { $limit } GB are used, so VPN is off.
    Your link is kept.
home-telegram-stays = ✈️ Telegram still works, so you can renew.
home-running-trial =
    🟢 <b>VPN is on</b>, { $left } left.
    Trial until { $end }, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }.
home-running-paid =
    🟢 <b>VPN is on</b>, { $left } left.
    { $plan } until { $end }, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }.
home-running-renews =
    🟢 <b>VPN is on</b>, { $left } left.
    { $plan }, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }.
home-servers = 🌍 { $flags }
home-last-day =
    🟡 VPN switches off in <b>{ $left }</b>.
    Nothing will be charged.
home-last-day-renews = 🟡 <b>{ $left }</b> left.
home-expired =
    ⚪️ VPN is off.
    Your link is kept until { $keep } and works again once you renew.
home-link-gone = ⚪️ VPN is off. Your old link is gone; you get a new one when you choose a plan.
home-trial-used = 👋 Welcome back! Your free trial has already been used.
home-paused = ⏸ Access is paused. Write to us and we'll sort it out.
home-unreadable = 🛠 We are updating the bot. Your subscription and your keys stay as they are; please look again in a while.
not-understood = I didn't get that. Home:
here-is-current = Here is the current screen.

# Connect
connect-first =
    🎉 <b>{ $days } { $days ->
        [one] day
       *[other] days
    }</b>, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }, until { $end }.
    What shall we connect?
connect-again =
    🔌 Up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }.
    What shall we connect?
connect-demo = <i>Demo key: it carries no traffic.</i>
platform =
    <b>{ $platform }</b>
    1. Install { $app }.
    2. Tap “Open”.
    3. Turn VPN on in the app.
steps-computer =
    <b>{ $platform }</b>
    1. On the computer, open this chat, or your link in a browser.
    2. Install { $app }.
    3. Tap “Open”, turn VPN on.
steps-tv =
    <b>{ $platform }</b>
    1. Install { $app } on the TV.
    2. Choose “Web Import” in it.
    3. Scan its QR code with your phone, paste your link, send.
which-tv = <b>TV</b>: which one is it?
other-apps = <b>{ $platform }</b>: which app do you use?
qr = Scan it in { $app } on your other device. It is your personal key; keep it private.
qr-page = Scan it with the camera of your computer: your page opens there. It is your personal key; keep it private.
platform-ios = iPhone, iPad
platform-android = Android
platform-windows = Windows
platform-mac = Mac
platform-linux = Linux
platform-apple_tv = Apple TV
platform-android_tv = Android TV

# VPN doesn't work
lights-access = ✅ Access
lights-server = ✅ Access ✅ Server
lights-app = ✅ Access ✅ Server ✅ App
cause-no_subscription = ❌ You have no VPN yet. The free trial is one tap away.
cause-no_subscription_used = ❌ You have no active plan. We'll tell you when plans open.
cause-no_subscription_selling = ❌ You have no active plan. Choose one below, and VPN works again.
cause-expired = ❌ Your plan has ended, so VPN is off. Your link is kept and works again once you renew.
cause-paused = ⏸ Access is paused. Write to us and we'll sort it out.
cause-unreadable = 🛠 We are updating the bot. Your subscription and your keys stay as they are; please look again in a while.
cause-key_in_the_making = ⏳ Your key is still being made. No action needed; we'll message you.
cause-key_refused = 🔧 We couldn't make your key, and we know it. No action needed; we'll message you.
cause-server_down = 🔧 The server is down and we know it. No action needed; we'll message you when it's back.
cause-one_server_down = 🔧 { $servers } { $count ->
        [one] is
       *[other] are
    } down and we know it. Choose another server in the app.
cause-key_lags = ⏳ We're updating your key on the server. Give it a minute and check again.
cause-traffic_used_up = ❌ The traffic of your plan is used up.
cause-never_loaded = ❌ The app hasn't loaded your link yet. Tap Connect and do steps 1–3.
cause-old_link = ❌ The app still holds an old link. Tap below to load the new one.
cause-wrong_app = ❌ This app can't talk to our server. Tap below to connect with one that can.
cause-unchecked = 🔎 We can't check your server right now. Please check again in a few minutes, or write to us.
cause-no_traffic = ❌ The app has your link, but no traffic came through. Open the app and turn VPN on.
cause-device_limit = ❌ All places for devices are taken, so a new one got no keys. Remove one below, then update the app.
cause-loaded_long_ago = ❌ The app hasn't refreshed for days. Tap below to load your link again.
cause-all_good = Everything works on our side. Switch VPN off and on, or try another network or app.

# The person's servers
my-servers = 🌍 Your servers
my-servers-line = { $state ->
        [works] ✅ { $names }
        [down] 🔧 Being repaired: { $names }
        [making] ⏳ Making the key: { $names }
       *[moving] ⏸ Moving elsewhere: { $names }
    }
my-servers-slow = If one is slow, choose another in the app.
my-servers-other = Choose another server in the app.
my-servers-ask = Tap “VPN doesn't work”, and we'll message you when it's back.
my-servers-told = No action needed; we'll message you when it's back.
my-servers-soon = No action needed.

# Settings and data
settings = ⚙️ Language: English.
new-link = 🔑 Make a new link? The old one takes no new connections; open ones may last until the app reconnects. You'll connect each device again.
new-link-later = 🔑 New link ready. The old one no longer works.
devices = 📱 Devices: { $count } of { $limit }.
devices-any = 📱 Devices: { $count }.
devices-over = ⚪️ Without a place: { $count }. Remove one to free a place.
devices-none = 📱 No devices yet. They appear when an app loads your link.
devices-hint = Only apps that name their device are listed. One not seen for { $days } days is removed.
device = 📱 <b>{ $name }</b>
device-seen = { $system }, seen { $ago } ago
device-question = Remove it? Its place is free at once. Only a new link takes its keys away.
device-unnamed = Unnamed device
my-data = We keep your language, subscription, keys, devices, payments, email for receipts, and their history. The bot does not record the sites you visit.
delete = Delete everything? Keys take no new connections; you lose { $left }. We keep only an anonymous trial mark, and payments as the law requires.
delete-nothing-left = Delete everything? We keep only an anonymous mark that the trial was used, if it was, and payments as the law requires.
delete-unpaid = An open payment comes back.
deleted = 🗑 Done, everything is deleted. Send /start whenever you like.
terms = Use the VPN lawfully, on your own devices. The trial never becomes a charge. A plan is charged once, unless auto-renew is on.
terms-refunds = { $days ->
    [0] Refunds: write to us.
    [one] Refunds: within { $days } day, see /payments.
   *[other] Refunds: within { $days } days, see /payments.
}
privacy = We keep what “My data” shows until you delete it there; payments for { $years } { $years ->
        [one] year
       *[other] years
    }, as the law requires. No browsing history, no selling.
data-file-name = my-vpn-data.json
data-caption = Everything we keep about you.
data-not-handled-message = Your message. An error on our side stopped it, so we keep it to try again.
data-not-handled-tap = Your tap on a button. An error on our side stopped it, so we keep it to try again.
data-not-handled-money = News about your payment. An error on our side stopped it, so we keep it: your money is not lost.
data-not-handled-other = News from Telegram about this chat. An error on our side stopped it, so we keep it to try again.

# Support
support-ask = 💬 Write to us here: text, photos, voice, anything. We'll answer in this chat.
support-sent = ✅ Sent. We'll answer here.
support-offer = 💬 Pass this on to us?
support-not-copied = Telegram doesn't let us pass on this kind of message. Please describe it in words.
support-from = ⬆️ { $name }
support-question = <i>Reply to this message to answer.</i> #id_{ $person }
support-taken-back = 🗑 They deleted this message before it got here.
support-copied-in-part = ⚠️ A part of this album could not be copied.
support-refused = 😢 Not delivered: Telegram refused it.
support-not-deleted = 😢 Not deleted: it wasn't delivered, or is older than 48 hours.
support-no-role = 🙅 Only the staff can answer here. An owner gives roles: /admin, Team.
support-closed = ✅ Closed. Their next message opens it again.
support-not-open = There is no open conversation here.
support-too-many = Thank you, we have your questions and will answer them in turn. Please wait a little before the next one.
support-delivered = ✅ Passed on.
support-blocked = 🚫 This customer has blocked the bot. We keep your answer and send it when they come back.
support-unknown = This person has deleted their data, so the answer was not sent.

# Unasked
notice-support_closed = ✅ We've closed your question. Just write if you need more.
notice-key_ready =
    🎉 Your key is ready: <b>{ $days } { $days ->
        [one] day
       *[other] days
    }</b>, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }, until { $end }.
    What shall we connect?
notice-link_ready = 🔑 Your new link is ready. The old one takes no new connections, so connect each device again. Which one first?
notice-not_connected_hour = 👋 Your VPN is ready, and not connected yet. It takes two taps: choose your device, and we'll show you.
notice-not_connected_day = Still not connected? Write to us and we'll do it together. Your trial runs on meanwhile.
notice-traffic_nearly = 📊 { $left } of { $limit } GB are left. VPN turns off at 0 GB.
notice-traffic_used_up = 🔴 All { $limit } GB are used, so VPN is off. Your link is kept, and nothing was charged.
notice-reminder_day = ⏳ VPN switches off on { $end }. Better to decide now, while everything still opens.
notice-reminder_hours = ⏳ VPN switches off on { $end }, in { $left }. Better to decide now, while everything still opens.
notice-reminder_day-unsold = ⏳ VPN switches off on { $end }. Tap below, and we'll tell you when plans open.
notice-reminder_hours-unsold = ⏳ VPN switches off on { $end }, in { $left }. Tap below, and we'll tell you when plans open.
notice-expiry = ⚪️ VPN is off: your trial is over. Thanks for trying it! Nothing was charged.
notice-expiry-paid = ⚪️ VPN is off: your plan has ended. Thank you for being with us! Nothing more was charged.
notice-aftercare = How was the VPN? One tap is enough; we won't ask again.
which-problem = Thank you for telling us. What went wrong? One tap is enough.
problem-slow = 🐢 Thank you, we'll look at the speed. Write to us when and where it is slow, and we'll find what helps.
problem-connection = 🔌 Sorry about that. Write to us from which device, and we'll connect it together.
problem-app = 📱 Thank you. Other apps work with the same link: write to us your device, and we'll suggest one.
problem-price = 💰 Thank you, we'll think about it. Longer plans often cost less a month.
notice-server_back = 🟢 The server is back. Everything works again.
notice-suspended = ⏸ Access is paused. Write to us and we'll sort it out.
notice-resumed = 🟢 Access is on again. The paused days aren't lost.
notice-pause_over = ▶️ The pause is over.

# For operators, unasked
notice-server_failing = 🔴 { $name }: its { $what ->
        [core] VPN
       *[panel] panel
    } fails. { $waiting ->
        [0] Nothing is lost.
       *[other] Keys waiting: { $waiting }, none lost.
    }
notice-server_works = 🟢 { $name } works again. What waited for it is being done.
notice-questions_wait = ⚠️ Customers' questions wait; none is lost. { $trouble }

# Short answers to a tap
toast-welcome-back = Here is the current screen.
toast-will-tell = 🔔 We'll tell you once, when plans open.
toast-muted = 🔕 No more reminders.
toast-reminders-on = 🔔 We'll remind you again.
toast-checked = 🔄 Checked just now.
toast-my-servers = 🔄 This is what we know now.
toast-device-removed = ✅ Removed.
toast-thanks = Thank you!
toast-went-wrong = Something went wrong on our side. We know, and nothing is lost.
toast-trial-taken = Your free trial has already been used.
toast-hide-late = Telegram lets us remove only recent messages. Please delete this one yourself: press and hold it.
toast-still-making = ⏳ Still working on it; we'll message you.
toast-language = English it is.
went-wrong = Something went wrong on our side. We know, and nothing is lost. Please try again in a minute.

# Buttons
button-try = 🎁 Try free
button-language = 🌐 { $name }
button-languages = 🌐 Language
button-refresh = 🔄 Refresh
button-connect = 🔌 Connect
button-broken = 🛠 VPN doesn't work
button-support-pass = ✅ Pass on
button-support = 💬 Write to us
button-settings = ⚙️ Settings
button-home = 🏠 Home
button-plans-wait = 🔔 Tell me when plans open
button-plans = ⭐ Plans
button-install = ⬇️ Install
button-open = 🚀 Open
button-open-again = 🚀 Open in { $app }
button-copy = 📋 Copy link
button-qr = QR
button-store = ⬇️ { $store }
button-to-tv = 📺 Send to TV
button-tv = TV
button-other-app = Another app
button-devices = ⬅️ Devices
button-back = ⬅️ Back
button-hide = 🙈 Hide
button-check-again = 🔄 Check again
button-new-link = 🔑 New link
button-my-devices = 📱 My devices
button-my-servers = 🌍 Servers
button-device = 📱 { $name }
button-device-over = ⚪️ { $name }
button-device-remove = 🗑 Remove
button-rotate = 🔑 Make a new link
button-my-data = 🗂 My data
button-terms = Terms
button-privacy = Privacy
button-terms-accepted = 📄 By paying you accept the terms
button-full-text = 📄 Full text
button-download = ⬇️ Download
button-delete = 🗑 Delete
button-delete-all = 🗑 Delete everything
button-keep = Keep
button-mute = 🔕 Don't remind me
button-good = 👍 Good
button-bad = 👎 Had problems
button-problem-slow = 🐢 Slow
button-problem-connection = 🔌 Didn't connect
button-problem-app = 📱 The app
button-problem-price = 💰 The price

# Time
zone-hours = 0
zone-name = { $hours ->
    [0] UTC
   *[other] { $offset }
}
moment = { $day }{ "\u00A0" }{ $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }, { $clock }{ "\u00A0" }{ $zone }
left-days = { $days }{ "\u00A0" }d{ "\u00A0" }{ $hours }{ "\u00A0" }h
left-days-whole = { $days }{ "\u00A0" }d
left-hours = { $hours }{ "\u00A0" }h{ "\u00A0" }{ $minutes }{ "\u00A0" }min
left-hours-whole = { $hours }{ "\u00A0" }h
left-minutes = { $minutes }{ "\u00A0" }min

checkout-outdated = This offer is out of date. Nothing was charged.
checkout-failed = Something went wrong on our side. Nothing was charged.

button-reminders-off = 🔕 Don't remind
button-reminders-on = 🔔 Remind me
button-news-off = 🔕 Stop news
button-news-on = 🔔 Get news
news-off = 🔕 No more news. You'll still get messages about your VPN and payments.
news-on = 🔔 You get our news again.
