# Statistics for the staff.
button-statistics = 📊 Statistics
button-statistics-days = { $days } d
button-statistics-origins = 🔗 Sources
button-statistics-levels = 👥 Active
button-statistics-opinions = 💬 Answers
button-sales-last = ⬇️ Last month
button-sales-this = ⬇️ This month
statistics =
    { $from } – { $to }
    🟦 trials { $trials }
    🟩 sales { $sales }
    🟥 ends { $expired }
statistics-revenue = 💰 { $amount }, { $provider }
statistics-before = Before: { $amount }
statistics-rate = Trial to paid: { $percent } %
statistics-levels =
    { $night }, at night
    🟦 on trial { $trial }
    🟩 on a plan { $active }
    🟥 ended within 30 days { $lapsed }
    👥 { $known } people, { $reachable } can be reached
statistics-no-levels = 👥 People are counted once a night. The first numbers come tomorrow.
statistics-origins = 🔗 New people, { $from } – { $to }
statistics-no-origins = None yet.
statistics-origin-direct = Directly: { $count }
statistics-origin-advertisement = Advertisements: { $count }
statistics-origin-friend = Friends: { $count }
statistics-origin-gift = Gifts: { $count }
statistics-origin-promo = Promo codes: { $count }
statistics-origin-other = Other links: { $count }
statistics-opinions = 💬 How was the VPN? { $from } – { $to }
statistics-no-opinions = No answers yet.
statistics-opinion-good = 👍 Good: { $count }
statistics-opinion-bad = 👎 Had problems: { $count }
statistics-opinion-slow = 🐢 Slow: { $count }
statistics-opinion-connection = 🔌 Didn't connect: { $count }
statistics-opinion-app = 📱 The app: { $count }
statistics-opinion-price = 💰 The price: { $count }
sales-file = sales-{ $month }.csv
sales-caption = ⬇️ Sales of { $month } by the time of payment.
sales-difference = The chart counts { $amount } more: by the time of our decision.
# The columns of the file, with a semicolon between them.
sales-columns = Time of payment; Decided; Kind; Amount; Currency; Provider; Plan; Order; Person
sales-separator = ,
sales-decimal-point = .
sales-kind-paid = paid
sales-kind-renewed = renewed
sales-kind-held = held
sales-kind-refunded = refunded
sales-kind-returned = returned
statistics-codes = 🎟 Promo codes: { $count }
statistics-trial-waiters = 🎁 Wait for a trial: { $waiting }; told { $told }, today { $today }
