# Gifts: bought for a friend, opened with a link
button-gift = 🎁 Gift
button-gift-send = 🎁 Send the gift
button-gift-show = 🎁 Show the gift
button-gift-share = 📤 Share
button-gift-copy = 📋 Copy link
button-gift-new-link = 🔄 New link
button-gift-payment = 🧾 Payment
button-gift-take = 🎁 Take
button-gift-keep = 🎁 Keep the gift
gift-title = 🎁 { $plan }
gift-plans = 🎁 Which plan would you like to give?
confirm-gift =
    🎁 <b>{ $plan }, { $period }: { $price }</b>.
    You'll get a link for your friend: it works once, for a year.
confirm-gift-discount = Discounts don't count for gifts.
gift-paid = ✅ { $price } received. Your gift is ready: send its link to your friend.

# For the buyer
gift-send = 🎁 { $plan }, { $period } as a gift. Send this link to your friend: it works once, until { $end }.
gift-held = ⏸ { $plan }, { $period }: you've asked for the money, so the link doesn't work until we answer. Or keep the gift?
gift-sending = ⏸ { $plan }, { $period }: the money is on its way back, so the link doesn't work. If it can't go back, the link works again.
gift-was-opened = 🎁 { $plan }, { $period }: your friend opened it on { $day }.
gift-void = ↩️ { $plan }, { $period }: the money was sent back, and the link no longer works.
gift-ended = ⌛ { $plan }, { $period }: it wasn't opened within a year, and the link no longer works. Write to us if you need help.
gift-ask-new-link = 🔄 Make a new link? The old one stops working at once.
gift-unknown = We can't find this gift. Your payments are below.
toast-gift-new-link = New link ready. The old one no longer works.
toast-gift-kept = The link works again.
refund-ask-gift = Return { $amount } for the gift? Its link stops working now, until we answer.

# For the friend
gift-offered = 🎁 You were given <b>{ $plan }, { $period }</b>. Take it?
gift-effect-new = Your time starts when your key is ready.
gift-effect-plan = It becomes your plan, what you have left stays: VPN until { $end }.
gift-effect-plan-waiting = It becomes your plan, and what you have left stays.
gift-effect-added = What you have left stays: VPN until { $end }.
gift-effect-added-waiting = What you have left stays.
gift-effect-converted = For you it is { $added } of { $plan }; what you have left stays: VPN until { $end }.
gift-effect-converted-waiting = For you it is { $added } of { $plan }; what you have left stays.
gift-effect-paused = Your access is paused: the time waits until the pause ends.
gift-taken =
    🎁 It's yours!
    { $plan } until { $end }.
gift-taken-making = 🎁 It's yours! Making your key; your time starts when it's ready. We'll message you.
gift-taken-paused = 🎁 It's yours! Access is paused, and your time waits. Write to us.
gift-refused-unknown = 🎁 This link opens no gift. Ask your friend to send it again?
gift-refused-old_link = 🎁 Your friend has made a newer link for this gift. Ask for it?
gift-refused-opened = 🎁 This gift is opened already: it works once.
gift-refused-mine = 🎁 You've opened this gift already: its time is yours.
gift-refused-held = 🎁 This gift is on hold for now. Ask your friend about it?
gift-refused-void = 🎁 This gift was returned, so it can't be opened any more.
gift-refused-expired = 🎁 This gift wasn't opened within its year, and has ended.
gift-refused-own = 🎁 This is your own gift: it's for a friend. Share the link, or ask for the money back.

# Unasked
notice-gift_bought = 🎁 Your gift is paid: { $plan }, { $period }. Send its link to your friend: it works once, until { $end }.
notice-gift_reminder = 🎁 Your gift hasn't been opened yet: { $plan }, { $period }. It can be until { $end }. Send the link again?
notice-gift_opened = 🎁 Your friend has opened your gift: { $plan }, { $period }. A nice surprise!
notice-gift_expired = ⌛ Your gift wasn't opened within a year and has ended: { $plan }, { $period }. Write to us if you need help.
notice-gift_taken = ↩️ The money for your gift went back to the buyer, so its time is taken off. Until { $end } VPN works.
notice-gift_taken-off = ↩️ The money for your gift went back to the buyer, so its time is taken off. VPN is off.
notice-gift_taken-open = ↩️ The money for your gift went back to the buyer, so its time is taken off.
notice-gift_waits = ⏸ We haven't answered about the money for your gift yet: { $plan }, { $period }. The team was reminded. Or keep the gift?
notice-gift_again = 🎁 The link of your gift works again: { $plan }, { $period }, until { $end }. Write to us about the money.
notice-refunded-gift = ↩️ { $amount } sent back{ $means ->
    [bank] ; banks take up to three days
    [stars] {" "}to your Stars
   *[other] {""}
  }. The gift no longer works.
ledger-gift-opened = gift opened
ledger-gift-taken-back = time of a gift taken back
ledger-gift-was-opened = the bought gift was opened
ledger-gift-not-opened = reminded of a gift that was not opened
ledger-gift-expired = the bought gift was not opened in time
ledger-gift-kept = request for the money of a gift taken back
ledger-reminded-of-a-refund-of-a-gift = the team was reminded of a refund of a gift
ledger-new-link-of-a-gift = new link of a gift

# For the staff
money-gift-paid = 🎁 The gift isn't opened yet.
money-gift-held = 🎁 The gift can't be opened meanwhile.
money-ask-refund-gift = Send { $amount } back? The gift ends then, with what a friend has left of its time.
money-gift-redeemed = 🎁 The gift is opened.
money-gift-revoking = 🎁 The gift was opened; its time is being taken.
money-gift-void = 🎁 The gift no longer works.
money-gift-expired = 🎁 The gift wasn't opened in time.
statistics-gifts = 🎁 Gifts: { $sold } sold, { $opened } opened
button-shop-gifts = 🎁 Gifts: { $present }
shop-name-gifts = gifts
