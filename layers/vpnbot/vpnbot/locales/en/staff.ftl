# The side of the staff.
button-admin = 👑 Shop
admin-home = 👑 Nothing waits for you. What shall we look at?
admin-home-today = 📊 Today: { $met } new, { $trials } on trial, { $sales } sold
admin-home-revenue = 💰 { $amount }
admin-home-active = 👥 On a plan { $active }, on trial { $trial }
admin-home-waits = 👑 This needs you:
button-waiting = ⚠️ Needs you: { $count }
waiting =
    ⚠️ { $count ->
        [one] One thing waits for you.
       *[other] { $count } things wait for you.
    } The oldest is on top.
waiting-nothing = ✅ Nothing waits for you.
waiting-held = ⏸ Payments to decide: { $count }
waiting-by_hand = 💸 Refunds to send by hand: { $count }
waiting-refund = ↩️ Refund requests: { $count }
waiting-unmatched = ❓ Payments without an order: { $count }
waiting-no_key = 🔑 Paid, but no key works: { $count }
waiting-without_answer = 💬 Waiting long for an answer: { $count }
waiting-compensation = 🎁 Days for outages to decide: { $count }
button-waiting-held = ⏸ { $about }, { $since }
button-waiting-by_hand = 💸 { $about }, { $since }
button-waiting-refund = ↩️ { $about }, { $since }
button-waiting-unmatched = ❓ { $about }, { $since }
button-waiting-no_key = 🔑 { $about }, { $since }
button-waiting-without_answer = 💬 { $about }, { $since }
button-waiting-compensation = 🎁 { $about }, { $since }
button-waiting-answered = ✅ { $about }: answered

button-feed = 🗞 What happened
button-feed-older = ➡️ Older
feed = 🗞 What happened, the newest first.
feed-empty = 🗞 Nothing has happened in the last two weeks.
feed-line = { $number }. { $at }: { $event }
feed-met = 👋 A new person{ $person }
feed-trial = 🎁 Trial{ $person }
feed-sale = 💰 { $amount }: { $plan }, { $period }, { $provider }{ $person }
feed-renewal = 🔄 { $amount }: { $plan }, { $period }, { $provider }, renewed{ $person }
feed-held = ⏸ { $amount } waits for a decision, { $provider }{ $person }
feed-refund = ↩️ { $amount } sent back, { $provider }{ $person }
news-more = … and { $count } more
