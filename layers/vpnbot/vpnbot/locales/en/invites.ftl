# Invitations, for people.
button-invite = 👥 Invite friends
button-share = 📤 Share
button-copy-invite = 📋 Copy
invite-each = 👥 When a friend pays for the first time, each of you gets +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
invite-both = 👥 When a friend pays for the first time: +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    } for you, +{ $theirs } for the friend.
invite-you = 👥 When a friend pays for the first time, you get +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
invite-friend = 👥 When a friend pays for the first time, the friend gets +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
invite-counts = Came: { $came } · paid: { $paid } · days earned: { $days }
invite-text = I use this VPN, and the trial is free.
invite-qr = Let your friend scan it with the camera. It opens the bot.
button-invite-more = 👥 Invite more
notice-reward = 🎉 Your friend paid: +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }, now until { $end }. Thank you!
notice-reward-later = 🎉 Your friend paid: +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    }. Thank you!
notice-welcome = 🎁 +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    } for coming by a friend's invitation, now until { $end }.
notice-welcome-later = 🎁 +{ $days ->
        [one] { $days } day
       *[other] { $days } days
    } for coming by a friend's invitation.
notice-reward_taken = ↩️ A payment was refunded, so the bonus for the invitation is taken back: { $time }. VPN works until { $end }.
notice-reward_taken-later = ↩️ A payment was refunded, so the bonus for the invitation is taken back: { $time }. Your other time stays.
notice-reward_taken-over = ↩️ A payment was refunded, so the bonus for the invitation is taken back: { $time }. VPN is off.
ledger-reward-for-inviting = days for inviting a friend
ledger-days-for-an-invited-friend = days for coming by an invitation
ledger-reward-taken-back = days for inviting taken back
ledger-days-of-an-invited-friend-taken-back = days for coming by an invitation taken back
ledger-reward-not-given = no days for an invitation

# The settings of invitations, for the owner.
button-shop-invitations = 👥 Invitations
button-shop-invites = 👥 Invite friends: { $present }
button-shop-reward_days = 🎁 Who invites: { $present }
button-shop-welcome_days = 🎁 The friend: { $present }
button-shop-reward_minimum = 💰 From { $present } paid
button-shop-reward_hold_days = ⏳ Days given after: { $present }
button-shop-rewards_a_month = 🔢 A month: { $present }
shop-invitations = 👥 Days for inviting friends
shop-invitations-on = Both get days after the friend's first payment. Above the number a month, you decide.
shop-invitations-off = Off: people see no button to invite friends.
shop-ask-reward_days = 🎁 How many days does a person get for a friend who has paid? 0: none. Now: { $present }
shop-ask-welcome_days = 🎁 How many days does the invited friend get after the first payment? 0: none. Now: { $present }
shop-ask-reward_minimum = 💰 From which payment of the friend are days given? A whole number, in the base currency. Now: { $present }
shop-ask-reward_hold_days = ⏳ How many days after the payment are the days given? A refund before that costs nothing. Now: { $present }
shop-ask-rewards_a_month = 🔢 For how many friends within 30 days may one person get days without your yes? Now: { $present }
shop-value-reward_days = { $number } d
shop-value-welcome_days = { $number } d
shop-value-reward_hold_days = { $number } d
shop-name-invites = invitations
shop-name-reward_days = days for inviting
shop-name-welcome_days = days for the friend
shop-name-reward_minimum = least payment of a friend
shop-name-reward_hold_days = wait before the days
shop-name-rewards_a_month = friends a month
finding-reward_days = Days for inviting: 0 to 90.
finding-welcome_days = Days for the friend: 0 to 90.
finding-reward_minimum = Least payment: 0 to 1,000,000.
finding-reward_hold_days = Wait before the days: 0 to 60 days.
finding-rewards_a_month = Friends a month: 0 to 1,000.

# Rewards above the number of a month, for the owner.
statistics-invites = 👥 Sales to friends: { $sales } · days given: { $days }
waiting-reward = 👥 Days for invitations to decide: { $count }
button-waiting-reward = 👥 { $about }, { $since }
button-waiting-list = ⚠️ Needs you
button-reward-give = ✅ Give
button-reward-refuse = ✖️ Don't give
button-reward-inviter = 👤 Who invited
button-reward-friend = 👤 The friend
reward-question = 👥 { $name } has got days for { $count ->
        [one] { $count } friend
       *[other] { $count } friends
    } within 30 days, which is the limit. Give { $days } more for { $friend }? The friend gets theirs, too.
reward-approved = ✅ Both get their days within two minutes.
reward-refused = ✖️ There are no days for this payment.
reward-over = There is nothing to decide any more.
toast-reward-given = ✅ Given
toast-reward-refused = ✖️ Not given
act-name-give_reward = days for an invitation given
act-name-refuse_reward = days for an invitation refused
ledger-reward-approved = days for an invitation approved
ledger-reward-refused = days for an invitation refused
