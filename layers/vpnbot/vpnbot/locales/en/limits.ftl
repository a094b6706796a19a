# Limits: what is possible again later
limit-question = 💬 We have your last messages and will answer here. This one has not been passed on: please send it again in { $wait }.
limit-new_link = 🔑 There were several new links already. The next one is possible in { $wait }; your present link keeps working.
limit-new_link-busy = 🔑 Keys of your earlier links are still being removed. Please try again in { $wait }; your present link keeps working.
limit-export = 🗂 Your data were sent several times just now, see above. You can get them again in { $wait }.
limit-check = 🔎 We have just checked this several times. The next check is possible in { $wait }.
limit-order = 🛒 There were many orders within an hour. A new one is possible in { $wait }; you can still pay the one that is open.
limit-setting = ⚙️ This has changed many times within an hour. It can be changed again in { $wait }.
limit-renewal_on = 🔁 Auto-renew was turned on many times within an hour. It stays off for now; you can turn it on in { $wait }.
limit-deletion = 🗑 Your data were deleted several times today. They can be deleted again in { $wait }.
