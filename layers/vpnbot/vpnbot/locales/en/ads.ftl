# Links in advertisements, for the staff.
button-ads = 🔗 Ad links
button-ads-back = 🔗 All links
button-ad-new = ➕ New link
button-ad-name = ✏️ Name
button-ad-cost = 💰 Cost
button-ad-qr = ▦ QR code
button-ad-delete = 🗑 Delete
ads = 🔗 Ad links, the newest first.
ads-none = 🔗 No ad links yet. A link counts the new people that an ad brings, their trials and their payments.
ad-line = { $state ->
        [live] 🟢
        [paused] ⏸
       *[deleted] ⚪️
    } { $title }
ad-people = New people: { $people }, trials: { $trials }, paid: { $payers }
ad-revenue = Revenue: { $amount }
ad-refunds = Returned: { $amount }
ad-cost = Cost: { $amount }
ad-cost-each = Cost: { $amount }, { $each } for each who paid
ad-made = ✅ Created.
ad-saved = ✅ Saved.
ad-code = 🔗 { $title }
ad-ask-title = 🔗 What is this ad called? Send a name that only the team sees.
ad-ask-cost = 💰 How much did the ad cost? Send an amount, such as 5000 or 60 USD. 0 means unknown.
ad-ask-delete = 🗑 Delete { $title }? New people who tap this link will count as other. What it brought stays counted.
act-name-make_link = ad link made
act-name-name_link = ad link named
act-name-cost_of_link = cost of an ad
act-name-pause_link = ad link paused
act-name-resume_link = ad link on again
act-name-delete_link = ad link deleted
