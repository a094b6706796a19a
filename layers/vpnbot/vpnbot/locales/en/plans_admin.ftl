# Plans and the settings of the shop, for administrators.
button-shop = 🛒 Plans
button-shop-add = ➕ New plan
button-shop-settings = ⚙️ Settings
button-shop-preview = 👀 As customers see it
button-shop-hidden-on = 🙈 Hide
button-shop-hidden-off = ✅ Sell
button-shop-trial-on = 🎁 Trial's plan
button-shop-trial-off = 🎁 Not the trial's
button-shop-duration = ⏳ { $period }
button-shop-new_duration = ➕ New duration
button-shop-no_duration = 🗑 Remove this duration
button-shop-prices = 💰 Change the prices
button-shop-title = 🏷 Title { $language }
button-shop-line = 💬 Line { $language }
button-shop-receipts = 🧾 Receipts: { $choice }
button-shop-devices = 📱 Devices
button-shop-keys = 🔑 Keys
button-shop-traffic = 📊 Traffic
button-shop-countries = 🌍 Countries
button-shop-position = ↕️ Place
button-shop-unlimited = No limit
button-shop-gigabytes = { $gigabytes }{ "\u00A0" }GB
button-shop-any_country = Any country
button-shop-confirm = ⚠️ Yes, save it
button-shop-provider-on = ➕ { $provider }
button-shop-provider-off = ✅ { $provider }
button-shop-vat_code = 🧾 VAT code
button-shop-contact = ✉️ Receipt address
button-shop-no_contact = No address
button-shop-refund_days = ↩️ Refund days
button-shop-returns_a_day = ↩️ Returns a day
button-shop-answer_hours = 💬 Answer time
button-shop-years_ahead = ⏩ Years ahead
button-shop-retention_years = 🗄 Years kept
button-shop-base_currency = 💱 Base currency
button-shop-rule = I've read it, switch on

shop-open = 🛒 The shop is open. Tap a plan to change it.
shop-closed = 🛒 Nothing is sold yet: look at the prices of a plan, then tap <b>Sell</b>.
shop-plan-sold = ✅ { $plan }
shop-plan-hidden = 🙈 { $plan }
shop-grants = 📱 Devices: { $devices } · 🔑 servers: { $keys }
shop-unlimited = 📊 Unlimited traffic
shop-traffic = 📊 { $gigabytes } GB per 30 days
shop-countries = 🌍 { $countries ->
    [any] any country
   *[other] { $countries }
  } · ↕️ place { $position }
shop-trial = 🎁 The free trial is a trial of this plan.
shop-offer = ⏳ { $period }: { $prices }
shop-preview = 👀 Customers see this, with the first way to pay:
shop-preview-nothing = Nothing yet: no duration has a price that a payment provider in use takes.
shop-unknown-plan = There is no such plan.
shop-plan-exists = There is a plan with this id already. Send another one.
shop-changed-meanwhile = ⚠️ Another administrator changed this at the same moment; nothing was saved. Look at it, and try again.
shop-not-saved = ❌ Not saved.
shop-added = ✅ Added, hidden. Give it titles, a duration and prices, then tap <b>Sell</b>.
shop-opened = ✅ Saved, and the shop is open. Everyone who asked is being told.
shop-ask-new = Send an id for the new plan: up to 20 of a–z, 0–9 and -. Customers never see it.
shop-ask-title = 🏷 Send the title in { $language }, up to 32 characters. Now: { $present }
shop-ask-line = 💬 Send one sentence for customers in { $language }, up to 255 characters. Now: { $present }
shop-ask-devices = 📱 How many devices at the same time? Now: { $present }
shop-ask-keys = 🔑 On how many servers does each person get a key? Now: { $present }
shop-ask-traffic = 📊 How many GB per 30 days? Send 0 for no limit. Now: { $present }
shop-ask-countries = 🌍 Send the countries as codes, the best first, such as NL DE FI; - means any. Now: { $present }
shop-ask-position = ↕️ Plans are listed by this number, the smallest first. Now: { $present }
shop-ask-prices = 💰 Send all prices of this duration, such as: 299 RUB, 199 ⭐, 3.49 USD. Now: { $present }
shop-ask-new_duration = ⏳ How many days? For hours, send for example 12h.

shop-providers = <b>Ways to pay</b>, in this order:
shop-no-providers = <b>Ways to pay</b>: none, so the shop is closed.
shop-provider = ✅ { $provider }
shop-provider-without = ⚠️ { $provider } has no credentials here, so customers don't see it.
shop-verdict = Account { $account }, checked { $at }
shop-verdict-test = ⚠️ Account { $account } is a test account, checked { $at }
shop-receipts = 🧾 Receipts: { $receipts }
shop-receipts-off = off
shop-receipts-email = email
shop-receipts-email_or_phone = email or phone
shop-receipt-data = VAT code { $vat } · { $mode }
shop-mode-full_payment = full payment
shop-mode-full_prepayment = full prepayment
shop-chosen = • { $choice }
shop-contact = Address for buyers without one: { $contact }
shop-refunds = ↩️ Refunds: { $days ->
    [0] none when asked for
    [one] asked for within { $days } day
   *[other] asked for within { $days } days
  }; { $returns } automatic ones a day at most
shop-times = 💬 Answer within { $hours } h · renewals up to { $ahead } { $ahead ->
    [one] year
   *[other] years
  } ahead · records kept { $kept } { $kept ->
    [one] year
   *[other] years
  }
shop-base = 💱 Base currency: { $currency }
shop-base-fixed = 💱 Base currency: { $currency }, fixed since the first order
shop-ask-vat_code = 🧾 Send the VAT code of YooKassa, 1 to 12; 1 is without VAT. Now: { $present }
shop-ask-contact = ✉️ Where do receipts go if a buyer gives no address? Without this, each buyer has to give one. Now: { $present }
shop-ask-refund_days = ↩️ For how many days after a payment can people ask for a refund? 0: never. Now: { $present }
shop-ask-returns_a_day = ↩️ After how many automatic returns on one day shall further ones wait for you? Now: { $present }
shop-ask-answer_hours = 💬 Within how many hours do you answer about money? People read this. Now: { $present }
shop-ask-years_ahead = ⏩ How many years ahead can people renew? Now: { $present }
shop-ask-retention_years = 🗄 For how many years are records of payments kept? Now: { $present }
shop-ask-base_currency = 💱 In which currency is time converted between plans? It stays fixed after the first order. Now: { $present }
shop-stars-rule =
    ⭐ Telegram requires Telegram Stars for digital goods sold in its apps.

    Another way to pay may lead to complaints, or to a blocked bot. That is your decision.

input-plan_id = An id has up to 20 of a–z, 0–9 and -.
input-duration = ⏳ Send a number of days, or of hours such as 12h.
input-no_duration = ⏳ This duration is not there any more.
input-prices = 💰 Send amounts with their currencies, such as: 299 RUB, 199 ⭐, 3.49 USD.
input-number = 🔢 Send a whole number.
input-empty = ✏️ Send a text.
input-choice = Tap one of the buttons.

finding-error = ❌ { $finding }
finding-confirm = ⚠️ { $finding }
finding-warning = ⚠️ { $finding }
finding-id = A plan's id has up to 20 of a–z, 0–9 and -.
finding-title_none = It needs a title.
finding-title_long = The title ({ $about }) needs 1 to { $limit } characters on one line.
finding-title_missing = Title or line is missing in { $about }; customers see another language.
finding-line_none = It needs a line for customers.
finding-line_long = The line ({ $about }) needs 1 to { $limit } characters on one line.
finding-language = { $about } is no code of a language.
finding-devices = Devices: 1 to { $limit }.
finding-keys = Keys: 1 to { $limit }.
finding-traffic = Traffic: 1 to 1,000,000 GB, or no limit.
finding-country = { $about } is no country, or is there twice.
finding-position = The place: 0 to { $limit }.
finding-two_trials = { $about } is the trial's plan already.
finding-too_many_plans = No more than { $limit } plans.
finding-too_many_durations = No more than { $limit } durations.
finding-duration_id = The id { $duration } needs up to 20 of a–z, 0–9 and -.
finding-duration_twice = { $duration } is there twice.
finding-duration_length = { $duration } needs 1 hour to { $limit } days.
finding-no_duration = It needs a duration.
finding-no_month = It needs a duration of 30 days or more: time is converted at its price.
finding-no_base_price = { $duration } needs a price in { $currency }, in which time is converted.
finding-currency = { $currency } is no currency: three letters, such as RUB.
finding-price_low = { $duration }: at least { $limit }.
finding-price_high = { $duration }: at most { $limit }.
finding-renewal_price = { $duration }: at most { $limit }, because Telegram renews 30 days.
finding-longer_is_dearer = { $duration } costs more a day than { $about } in { $currency }.
finding-ratio = Prices in { $currency } differ from the base currency by more than 15 % between plans: people could convert time cheaply.
finding-halved = The price of { $duration } in { $currency } falls by more than half. Is that right?
finding-provider = There is no payment provider { $about }.
finding-provider_twice = { $about } is there twice.
finding-demo_provider = The demo provider works in stage demo only.
finding-base_fixed = The base currency { $currency } is fixed since the first order.
finding-base_prices = A plan on sale has no price in { $currency }.
finding-vat_code = VAT code: 1 to 12.
finding-contact = This is no address for receipts.
finding-refund_days = Refund days: 0 to 365.
finding-years_ahead = Years ahead: 1 to 5.
finding-answer_hours = Answer time: 1 to 168 hours.
finding-retention_years = Years kept: 3 to 30.
finding-returns_a_day = Returns a day: 0 to 1,000.
finding-nothing_in_currency = No plan on sale has a price that { $about } takes.
button-shop-news = 📣 In our chat: { $choice }
shop-news-off = nothing
shop-news-money = money
shop-news-all = money and trials

button-shop-front = 🏪 Trial and links
button-shop-history = 🕓 History
button-shop-undo = ↩️ Undo
button-shop-undo-one = ↩️ { $what }
button-shop-trial_days = 🎁 Trial days
button-shop-trial_devices = 📱 Trial devices
button-shop-trial_gigabytes = 📊 Trial traffic
button-shop-support_url = 💬 Support link
button-shop-terms_url = 📄 Terms link
button-shop-privacy_url = 🔏 Privacy link
button-shop-broadcast_rate = 📣 Broadcast speed
button-shop-no_trial_days = As deployed
button-shop-no_trial_devices = As deployed
button-shop-no_trial_gigabytes = As deployed
button-shop-no_support_url = As deployed
button-shop-no_terms_url = No link
button-shop-no_privacy_url = No link
shop-front = 🏪 What newcomers see. A change works everywhere within half a minute.
shop-front-trial = 🎁 Trial: { $days } d, devices { $devices }, { $gigabytes ->
    [0] unlimited traffic
   *[other] { $gigabytes } GB
  }
shop-front-support = 💬 Support: { $url }
shop-front-links = 📄 Terms: { $terms } · privacy: { $privacy }
shop-front-rate = 📣 Broadcasts: up to { $rate } messages a second
shop-ask-trial_days = 🎁 How many days does the free trial last? Trials that run keep theirs. Now: { $present }
shop-ask-trial_devices = 📱 How many devices at once during the trial? Now: { $present }
shop-ask-trial_gigabytes = 📊 How many GB for the whole trial? Send 0 for no limit. Now: { $present }
shop-ask-support_url = 💬 Send the link that “Write to us” opens: https:// or tg://. Now: { $present }
shop-ask-terms_url = 📄 Send the link to the full terms, https:// only. Now: { $present }
shop-ask-privacy_url = 🔏 Send the link to the full privacy policy, https:// only. Now: { $present }
shop-ask-broadcast_rate = 📣 How many messages a second may broadcasts send? Taps and notices use the rest. Now: { $present }
shop-undone = ↩️ Done: the earlier value is back.
shop-undo-changed = It was changed again since. Nothing was touched.
shop-history = 🕓 What was changed, the newest first. ↩️ brings the earlier value back.
shop-history-none = 🕓 Nothing was changed yet.
shop-history-line = { $at }, { $who }: { $what }, { $before } → { $after }
shop-name-provider = ways to pay
shop-name-earlier = ways to pay
shop-name-receipts = receipts
shop-name-vat_code = VAT code
shop-name-payment_mode = receipt kind
shop-name-contact = receipt address
shop-name-refund_days = refund days
shop-name-years_ahead = years ahead
shop-name-answer_hours = answer time
shop-name-retention_years = years kept
shop-name-returns_a_day = returns a day
shop-name-base_currency = base currency
shop-name-news = news to our chat
shop-name-support_url = support link
shop-name-trial_days = trial days
shop-name-trial_devices = trial devices
shop-name-trial_gigabytes = trial traffic
shop-name-terms_url = terms link
shop-name-privacy_url = privacy link
shop-name-broadcast_rate = broadcast speed
input-link = 🔗 Send a full link, such as https://example.com/help, up to 200 characters.
finding-trial_days = Trial days: 1 to 90.
finding-trial_devices = Trial devices: 1 to 100.
finding-trial_gigabytes = Trial traffic: 0 to 9999 GB.
finding-broadcast_rate = Broadcast speed: 1 to 25 messages a second.
