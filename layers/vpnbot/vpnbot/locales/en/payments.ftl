# Times: of a plan, and of a day
period-hours = { $count }{ "\u00A0" }{ $count ->
    [one] hour
   *[other] hours
  }
period-days = { $count }{ "\u00A0" }{ $count ->
    [one] day
   *[other] days
  }
period-months = { $count }{ "\u00A0" }{ $count ->
    [one] month
   *[other] months
  }
period-years = { $count }{ "\u00A0" }{ $count ->
    [one] year
   *[other] years
  }
every-hours = { $count ->
    [one] every hour
   *[other] every { $count } hours
  }
every-days = { $count ->
    [one] every day
   *[other] every { $count } days
  }
every-months = { $count ->
    [one] every month
   *[other] every { $count } months
  }
every-years = { $count ->
    [one] every year
   *[other] every { $count } years
  }
day = { $day }{ "\u00A0" }{ $month ->
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
  }{ "\u00A0" }{ $year }

# What is sold, and how it is paid
plan-trial = Free trial
plan-traffic = { $gigabytes }{ "\u00A0" }GB per 30{ "\u00A0" }days
plan-unlimited = unlimited traffic
provider-stars = Telegram Stars
provider-yookassa = Card or SBP
provider-crypto_pay = Crypto Pay
provider-demo = Demo payment
provider-other = Payment service

# S1-S3: plan, duration, method
plans = ⭐ Which plan?
plans-left = ⭐ Which plan? Your { $left } stay yours.
plans-convert = ⭐ Which plan? Your { $left } stay yours; on another plan they are converted by price.
plan =
    <b>{ $plan }</b>: up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }, { $traffic }.
    For how long?
payment-method = How would you like to pay?

# S4: the address for the receipt
contact-ask = ✉️ Where shall the receipt go? Send your email; we use it for receipts only.
contact-ask-again = ✉️ Receipts go to { $contact }. Send another email to change that.
contact-wrong = This doesn't look like an email address. Please send it again, for example: name@example.com.

# S5: confirmation
confirm-new =
    <b>{ $plan }, { $period }: { $price }</b>.
    Your time starts when your key is ready.
confirm-added =
    <b>{ $plan }, { $period }: { $price }</b>.
    Your { $left } are added, VPN until { $end }.
confirm-added-waiting =
    <b>{ $plan }, { $period }: { $price }</b>.
    Your { $left } are added; your time starts when your key is ready.
confirm-change =
    <b>{ $plan }, { $period }: { $price }</b>.
    Your { $left } of { $old } become { $converted }.
    VPN until { $end }.
confirm-change-waiting =
    <b>{ $plan }, { $period }: { $price }</b>.
    Your { $left } of { $old } become { $converted }, which start when your key is ready.
confirm-change-used-up =
    <b>{ $plan }, { $period }: { $price }</b>.
    The traffic of { $old } is used up, so your { $left } of it end.
    VPN until { $end }.
confirm-traffic-used = Part of your traffic is used, so it becomes less time.
confirm-fewer = ⚠️ Then up to { $devices } { $devices ->
    [one] device
   *[other] devices
  }.
confirm-less = ⚠️ Then { $gigabytes } GB per 30 days.
confirm-smaller = ⚠️ Then { $devices } { $devices ->
    [one] device
   *[other] devices
  }, { $gigabytes } GB.
confirm-renews = 🔁 Then { $price } { $every }.
confirm-renewal-ends = 🔁 The previous auto-renew turns off.
confirm-again = The offer has changed: here it is as of today.

# S6: the order waits for its payment
order-waiting = ⏳ Left to pay: { $plan }, { $period }, { $price }. Tap the button below; we'll message you when it's paid.
order-preparing = ⏳ We're preparing your payment of { $price }. It takes a moment.
order-not-yet = 🔎 Your payment hasn't reached us yet; it can take a few minutes. Please don't pay again: we'll message you.
order-unpaid = You have an unpaid order: { $plan }, { $period }, { $price }.
order-cancelled = Cancelled. We have seen no payment; if you've paid already, it still counts.
notice-lapsed = The time to pay is over, and we have seen no payment. Shall we start again?
order-too-many = Several orders wait for their payments already. Please pay one of them, or try again tomorrow.
order-unknown = We can't find this order. Your payments are below.

# S7-S11: the payment is here, or not
notice-paid =
    ✅ { $price } received.
    { $plan } until { $end }.
notice-paid-making = ✅ { $price } received. Making your key; your time starts when it's ready. We'll message you.
notice-paid_late = ✅ Your payment of { $price } came late and counts all the same: VPN until { $end }.
notice-paid_late-making = ✅ Your payment of { $price } came late and counts all the same. Making your key; we'll message you.
notice-paid_twice = You paid twice; both count: VPN until { $end }. Shall we send { $price } back?
notice-paid_twice-making = You paid twice; both count, and your time starts when your key is ready. Shall we send { $price } back?
notice-paid_paused = { $price } received and kept. Access is paused; your time waits. Write to us.
notice-paid-off = ✅ { $price } received. The time it bought is over by now.
notice-gift_paid =
    🎁 Another person paid your order of { $price }.
    { $plan } until { $end }.
notice-gift_paid-making = 🎁 Another person paid your order of { $price }. Making your key; your time starts when it's ready.
gift-thanks = 🎁 Your payment of { $price } counted for another person's order. Thank you!
notice-held = We received { $paid } for an order of { $price }. Nothing is lost; we'll sort it out and write.
notice-held-other = We received { $paid }. Nothing is lost; we'll sort it out and write.
notice-held_granted = ✅ Sorted out: your { $paid } count. { $plan } until { $end }.
notice-held_granted-making = ✅ Sorted out: your { $paid } count. Making your key; we'll message you.
notice-surplus_granted = 🎁 The { $paid } that you paid beyond the price became time: { $plan } until { $end }.
notice-surplus_granted-making = 🎁 The { $paid } that you paid beyond the price became time. Making your key; we'll message you.
notice-declined = ❌ { $method }: { $reason } Nothing was charged.
second-sent = ↩️ { $price } will be sent back; we'll message you when it's done.
second-too-late = Write to us: we'll send this payment back by hand.
second-again = This button works once in 30 days, and you've used it. Write to us: we'll send this payment back by hand.

# S12-S14: history and receipts
payments = 🧾 Your payments, newest first.
payments-empty = 🧾 No payments yet.
payments-end = 🧾 No earlier payments.
payment =
    <b>№{ $number }</b>, { $day }
    { $plan }, { $period }
    { $price } · { $method }
payment-made = ⏳ It waits for your payment.
payment-paid = ✅ Paid.
payment-part = ↩️ { $amount } was sent back.
payment-sending = ↩️ { $amount } is on its way back.
payment-refunded = ↩️ The money was sent back.
payment-held = ⚠️ We have your { $amount }, are sorting it out, and will write.
payment-cancelled = ✖️ Cancelled; we have seen no payment.
payment-ended = ✖️ Not paid.
receipt =
    🧾 The receipt was sent to { $contact }.
    FN{ "\u00A0" }{ $fn }
    FD{ "\u00A0" }{ $fd }
    FPD{ "\u00A0" }{ $fpd }
receipt-underway = 🧾 The receipt is on its way to { $contact }.
receipt-refused = 🧾 The receipt could not be made yet. We know, and we'll sort it out.
receipt-stars = 🧾 Telegram keeps the receipt: Settings, My Stars.
receipt-none = 🧾 There is no receipt for this payment.

# S15-S23: automatic renewal
home-renews = 🔁 Renews { $date }: { $price }.
renewal-off = 🔁 Auto-renew is off. VPN ends on { $end }; nothing will be charged.
renewal-off-open = 🔁 Auto-renew is off; nothing will be charged.
renewal-with-purchase = To turn it on, choose it when you pay for a plan.
renewal-consent = 🔁 { $price } { $every } ({ $method }), first on { $date }. We tell you 48 hours before; off in one tap.
renewal-consent-open = 🔁 { $price } { $every } ({ $method }), a day before VPN ends. We tell you 48 hours before; off in one tap.
renewal-on = 🔁 Auto-renew is on: { $price } on { $date } ({ $method }).
renewal-on-open = 🔁 Auto-renew is on: { $price } { $every } ({ $method }).
renewal-failing = ⚠️ The last charge didn't go through.
renewal-turned-off = 🔁 Off. Nothing more will be charged. VPN works until { $end }.
renewal-turned-off-open = 🔁 Off. Nothing more will be charged.
method-remove = Remove { $method }? Auto-renew turns off; nothing can be charged to it any more.
method-removed = 🗑 Removed. Auto-renew is off; nothing can be charged to it any more.
notice-renewal_ahead = 🔁 On { $date } { $means ->
    [stars] Telegram will take
   *[other] we'll charge
  } { $price } for { $plan }, { $period }{ $means ->
    [stars] .
   *[other] {" "}({ $method }).
  }
notice-renewal_skipped = 🔁 Auto-renew won't run this time: it's too late to announce the charge. VPN works until { $end }; you can renew now.
notice-renewal_skipped-off = 🔁 Auto-renew didn't run this time: it was too late to announce the charge. VPN is off; you can renew now.
notice-renewal_retired = 🔁 Your plan isn't sold on these terms any more, so auto-renew is off. VPN works until { $end }. Please choose a plan.
notice-renewal_retired-off = 🔁 Your plan isn't sold on these terms any more, so auto-renew is off. Please choose a plan.
notice-renewed = ✅ Renewed for { $price }. VPN until { $end }.
notice-renewed-making = ✅ Renewed for { $price }. Making your key; your time starts when it's ready. We'll message you.
notice-renewal_retry = ❌ { $method }: { $reason } We try again on { $date }; VPN works until { $end }.
notice-renewal_failed = ❌ { $method }: { $reason } VPN works until { $end }.
notice-renewal_failed-off = ❌ { $method }: { $reason } Auto-renew didn't work, so VPN is off.
notice-charged_though_off = { $price } was charged although auto-renew was off. It's on its way back, sorry.
notice-renewal_off_in_telegram = 🔁 Auto-renew is off in Telegram. VPN until { $end }.
notice-renewal_off_in_telegram-open = 🔁 Auto-renew is off in Telegram.
notice-renewal_no_stars = ❌ Too few Stars for the renewal. VPN until { $end }.
notice-renewal_no_stars-off = ❌ Too few Stars for the renewal, so VPN is off.

# S24-S27: refunds
refund-ask = Return { $amount }{ $whole ->
    [yes] {""}
   *[no] {" "}of { $price }
  } for the unused { $left }? VPN then ends on { $end }.
refund-ask-off = Return { $amount }{ $whole ->
    [yes] {""}
   *[no] {" "}of { $price }
  } for the unused { $left }? VPN then switches off.
refund-ask-unused = Return { $amount }? The time it bought goes with it.
refund-asked = ✅ Got it. We'll answer here within { $hours ->
    [24] a day
   *[other] { $hours } hours
  }.
refund-nothing = Nothing of this payment can be returned any more. If that seems wrong, write to us.
refund-underway = ↩️ It is on its way back already; we'll message you.
notice-refunded = ↩️ { $amount } sent back{ $means ->
    [bank] ; banks take up to three days
    [stars] {" "}to your Stars
   *[other] {""}
  }. VPN until { $end }.
notice-refunded-open = ↩️ { $amount } sent back{ $means ->
    [bank] ; banks take up to three days
    [stars] {" "}to your Stars
   *[other] {""}
  }.
notice-refunded-off = ↩️ { $amount } sent back{ $means ->
    [bank] ; banks take up to three days
    [stars] {" "}to your Stars
   *[other] {""}
  }. VPN is off.
notice-held_returned = ↩️ { $amount } sent back{ $means ->
    [bank] ; banks take up to three days
    [stars] {" "}to your Stars
   *[other] {""}
  }. Your time is as before.
notice-refund_refused = { $means ->
    [bank] Your bank
    [stars] Telegram
   *[other] The payment service
  } didn't take the refund. Write to us; we'll send { $amount } another way.

# S28-S29: the provider does not answer
provider-down = 💤 { $method } isn't answering. Choose another way, or we'll message you when it's back.
provider-down-alone = 💤 { $method } isn't answering. Your order is kept; we'll message you when it's back.
provider-rejected = { $method } doesn't take this payment. Please choose another way, or write to us.
notice-provider_back = ✅ { $method } works again: you can pay now.

# S33: commands that Telegram asks for
paysupport = Trouble with a payment? Write to us here; we answer within { $hours ->
    [24] a day
   *[other] { $hours } hours
  }. Telegram can't help with it.
paysupport-closed = Trouble with a payment? Your payments are below. Telegram can't help with it.

# Before Telegram takes a payment in Stars
checkout-paid = Already paid: thank you!
checkout-not-yours = This is another person's order. Open the bot to get yours.
checkout-renewing = Auto-renew is on already.
checkout-paused = Access is paused. Write to us first.

# Why a payment was declined; the method is named before
decline-insufficient_funds = there isn't enough money.
decline-issuer_unavailable = the bank isn't answering.
decline-internal_timeout = the payment service took too long.
decline-payment_method_limit_exceeded = a limit is reached; try tomorrow, or another card.
decline-general_decline = { $means ->
    [bank] the bank declined without saying why.
   *[other] it was declined without a reason.
  }
decline-call_issuer = the bank declined; it can tell you why.
decline-3d_secure_failed = the bank's confirmation didn't go through.
decline-card_expired = the card has expired.
decline-invalid_card_number = the card number has a mistake.
decline-invalid_csc = the code on the back has a mistake.
decline-payment_method_restricted = the bank has blocked it.
decline-country_forbidden = cards of this country aren't accepted. Another way works.
decline-fraud_suspected = the payment service stopped it. Another { $means ->
    [bank] card or way
   *[other] way
  } may work.
decline-identification_required = the wallet needs identification, or choose another way.
decline-permission_revoked = you've withdrawn the permission for auto-renew.
decline-expired_on_confirmation = the time to pay is over.
decline-expired_on_capture = we let it lapse; our fault.
decline-canceled_by_merchant = we let it lapse; our fault.
decline-deal_expired = we let it lapse; our fault.
decline-loan_declined = this way doesn't work for you.
decline-unsupported_mobile_operator = this way doesn't work for you.

# Unasked, about what is bought
notice-key_ready-paid =
    🎉 Your key is ready: <b>{ $plan }</b>, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }, until { $end }.
    What shall we connect?
connect-first-paid =
    🎉 <b>{ $plan }</b>, up to { $devices } { $devices ->
        [one] device
       *[other] devices
    }, until { $end }.
    What shall we connect?

# Short answers to a tap
toast-not-yet = 🔎 Not here yet. We'll message you.
toast-kept = 👍 Both stay.

# Buttons
button-plan = { $plan } · { $devices } { $devices ->
    [one] device
   *[other] devices
  } · { $price }
button-plan-from = { $plan } · { $devices } { $devices ->
    [one] device
   *[other] devices
  } · from { $price }
button-duration = { $period } · { $price }
button-duration-saving = { $period } · { $price }, save { $percent }{ "\u00A0" }%
button-method = { $method } · { $price }
button-payments = 🧾 Payments
button-pay = 💳 Pay { $price }
button-pay-stars = Pay { $price }
button-renewal-off = 🔁 Auto-renew: off
button-renewal-on = 🔁 Auto-renew: on
button-contact = ✉️ { $contact }
button-without-receipt = No receipt by email
button-i-paid = 🔄 I've paid
button-cancel-order = ✖️ Cancel
button-choose-again = Choose again
button-again = Again · { $price }
button-another-way = Another way
button-receipt = 🧾 Receipt
button-keep-both = Keep both
button-return-second = ↩️ Return { $price }
button-payment = { $day } · { $price } { $mark }
button-newer = ⏫ Newest
button-older = ➡️ Older
button-renewal = 🔁 Auto-renew
button-refund = ↩️ Refund
button-turn-on = Turn on · { $price }
button-agree = ✅ Agree
button-turn-off = Turn off auto-renew
button-remove-method = 🗑 Remove { $method }
button-remove = 🗑 Remove
button-pay-now = Pay now
button-ask-refund = ↩️ Ask for it
