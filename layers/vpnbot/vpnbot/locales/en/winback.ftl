# A discount to come back, for people.
notice-winback = 💙 We'd like to have you back: −{ $percent }{ "\u00A0" }% on your next payment until { $end }. It applies automatically.
winback-line = 💙 −{ $percent }{ "\u00A0" }% until { $end }. It applies automatically.
winback-line-beside = 💙 −{ $percent }{ "\u00A0" }% until { $end }.
discount-better = The better one counts.

# For the staff.
button-shop-winbacks = 💙 Win-back
button-shop-winback = 💙 Discount to come back: { $present }
button-shop-winback_percent = 🏷 Discount: { $present }
button-shop-winback_days = ⏳ Offered after: { $present }
shop-winbacks = 💙 Discount to come back
shop-winbacks-on = Offered once after paid time to people who get news. It counts for one payment, for 72 hours.
shop-winbacks-off = Off: people whose time has ended get no offer.
shop-ask-winback_percent = 🏷 By how many percent is one payment cheaper? Now: { $present }
shop-ask-winback_days = ⏳ How many days after the end is the discount offered? Now: { $present }
shop-value-winback_percent = { $number }{ "\u00A0" }%
shop-value-winback_days = { $number } d
shop-name-winback = win-back
shop-name-winback_percent = win-back discount
shop-name-winback_days = wait before the win-back
finding-winback_percent = Discount: 1 to 90 %.
finding-winback_days = Wait before the discount: 1 to 60 days.
statistics-winback = 💙 Win-back: { $offered } offered, { $used } used
statistics-winback-money = 💙 Win-back: { $offered } offered, { $used } used · { $amount }
person-winback = 💙 { $effect } until { $end }
ledger-win-back-offered = discount to come back offered
