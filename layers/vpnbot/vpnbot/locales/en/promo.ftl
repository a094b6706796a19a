# Promo codes, for people.
button-promo = 🎟 Promo code
button-promo-again = 🎟 Again
button-promo-use = 🎟 Use the code
promo-offer = 🎟 <b>{ $code }</b>: { $days ->
        [one] { $days } day
       *[other] { $days } days
    } of fast, private internet for free. No card, no sign-up.
promo-offer-plan = 🎟 <b>{ $code }</b>: { $plan } for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, fast, private internet for free. No card, no sign-up.
promo-offer-terms = By tapping “Use the code” you accept the terms.
promo-ask = 🎟 Send the code.
promo-given = 🎟 +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }, now until { $end }.
promo-given-waiting = 🎟 +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }! ⏳ Making your key, usually under a minute. We'll message you; your time starts then.
promo-refused-unknown = There is no such code. Please check the spelling.
promo-refused-ended = This code has ended, or isn't open now.
promo-refused-used_up = This code is used up: others were faster.
promo-refused-used = You have used this code already. What it gave is yours.
promo-refused-not_new = This code is for new customers. Do you have another one?
promo-refused-paused = ⏸ Access is paused. Write to us, and the code will work afterwards.
limit-code = 🎟 There were several wrong codes or links. You can try again in { $wait }.

# Discounts, for people: they wait for the next order.
discount-percent = −{ $percent }{ "\u00A0" }%
discount-sum = −{ $amount }
discount-line = 🎟 { $code }: { $effect } until { $end }.
discount-line-always = 🎟 { $code }: { $effect }.
promo-discount = 🎟 { $code }: { $effect }. It counts at your next payment, until { $end }.
promo-discount-always = 🎟 { $code }: { $effect }. It counts at your next payment.
promo-discount-minimum = For prices from { $minimum }.
promo-discount-plans = Not for every plan: the prices show it.
promo-gone = 🎟 The discount doesn't count any more. The price now:
price-reduced = { $full } → { $price }
button-discount-off = ✖️ Without the discount
toast-discount-off = 🎟 The discount is off.

# Time of a plan that a code gives.
promo-plan = 🎟 { $plan }, { $days ->
        [one] { $days } day
       *[other] { $days } days
    }: now until { $end }.
promo-plan-waiting = 🎟 { $plan }, { $days ->
        [one] { $days } day
       *[other] { $days } days
    }! ⏳ Making your key. We'll message you; your time starts then.
promo-worth = 🎟 The code's time is added to your { $plan } by its worth: now until { $end }.
promo-worth-waiting = 🎟 The code's time is added to your { $plan } by its worth. ⏳ Making your key; your time starts then.

# Promo codes, for the staff.
button-promos = 🎟 Promo codes
button-promos-back = 🎟 All codes
button-promos-older = ➡️ Older
button-promo-new = ➕ New code
button-promo-any = 🎲 Make one
button-promo-link = 🔗 Copy link
button-promo-pause = ⏸ Pause
button-promo-resume = ▶️ Go on
button-promo-end = 🗑 End
button-promo-end-yes = 🗑 End
button-promo-cancel = ✖️ Cancel
button-promo-make = ✅ Create
button-promo-days = 🎁 { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
button-promo-total = 👥 { $count ->
        [0] No limit
        [one] { $count } use
       *[other] { $count } uses
    }
button-promo-times = 👤 { $count ->
        [one] Once each
       *[other] { $count } times each
    }
button-promo-valid = 🕓 { $count ->
        [0] No end
        [one] For { $count } day
       *[other] For { $count } days
    }
button-promo-for-all = 🌍 For everybody
button-promo-for-new = 🌱 For new people
promos = 🎟 Promo codes, the newest first.
promos-none = 🎟 No codes yet. A code gives days, or a discount, to people who send it.
promo-line = { $state ->
        [live] 🟢
        [paused] ⏸
       *[ended] ⚪️
    } { $code }: { $effect }
promo-card = { $state ->
        [live] 🟢
        [paused] ⏸
       *[ended] ⚪️
    } { $code }: { $effect }
promo-effect-days = +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }
promo-effect-plan = { $plan }, { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
promo-brought = Brought { $sum }
promo-from = From { $begin }
promo-price = { $sum }
promo-minimum = 💰 ≥ { $sum }
promo-for-plan = ⭐ { $plan }
button-promo-reduction = 🎁 { $effect }
button-promo-begins = ▶️ { $count ->
        [0] From now
        [one] In { $count } day
       *[other] In { $count } days
    }
button-promo-plan = ⭐ { $plan }
button-promo-plan-chosen = ✅ { $plan }
button-promo-plans = ⭐ { $count ->
        [one] { $count } plan
       *[other] { $count } plans
    }
button-promo-plan-any = ⭐ Any plan
button-promo-plan-own = ⭐ Their own plan
button-promo-minimum = 💰 From { $sum }
button-promo-minimum-none = 💰 Any price
promo-choose-effect = 🎁 { $code }: what does it give?
promo-choose-plan = ⭐ { $code }: time of which plan?
promo-choose-plans = ⭐ { $code }: for which plans does the discount count? Tap each.
promo-plans = ⭐ { $code } counts for:
promo-choose-begins = ▶️ { $code }: in how many days does it begin?
promo-choose-minimum = 💰 { $code }: from which price does the discount count?
promo-used = Used: { $used }
promo-used-of = Used: { $used } of { $total }
promo-until = Until { $end }
promo-times = Each person: { $times } times
promo-newcomers = For new people
promo-made = ✅ Created.
promo-changed = It has changed since. This is how it is now:
promo-plans-changed = ⭐ The plans of the shop have changed. Choose them again.
promo-ask-end = 🗑 End { $code } for good? What it gave stays.
promo-ask-name = 🎟 Send a name for the code: 3–16 Latin letters and digits, such as SPRING7.
promo-name-bad = That can't be a code.
promo-name-taken = { $code } exists already.
promo-draft = 🎟 { $code }. Tap what you want to change.
promo-choose-total = 👥 { $code }: how many uses in all?
promo-choose-times = 👤 { $code }: how many uses for one person?
promo-choose-valid = 🕓 { $code }: for how many days can it be used?
button-promo-file = 📄 Codes
button-promo-kind-one = 🔑 One code for all
button-promo-kind-once = 🔑 One-time codes in a file
promo-one-time = One-time codes
promo-file = { $code }.txt
promo-file-caption = 🎟 The one-time codes of { $code }, each with its link.
act-name-make_code = promo code made
act-name-pause_code = promo code paused
act-name-resume_code = promo code on again
act-name-end_code = promo code ended
ledger-promo-code = promo code { $code }
ledger-discount-code = discount code { $code } for the next order
ledger-discount-taken-off = discount taken off
