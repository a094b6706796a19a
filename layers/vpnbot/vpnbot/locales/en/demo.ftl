# The page of a demo payment; it exists only in a demo
demo-pay-title = Demo payment
demo-pay-no-money = This is a demo: no money is taken.
demo-pay-what = { $plan }: VPN for { $period }
demo-pay-save = Save the card for auto-renew
demo-pay-pay = Pay
demo-pay-faults = Or something unusual
demo-pay-silent = Pay and close the page
demo-pay-later = Pay in ten minutes
demo-pay-twice = Pay twice
demo-pay-less = Pay a little less
demo-pay-decline-title = Or a refusal
demo-pay-reason = Reason
demo-pay-decline = Decline
demo-pay-done = Paid: { $price }. You can return to the chat.
demo-pay-later-chosen = It will be paid on { $time }. You can return to the chat.
demo-pay-declined = Declined. { $reason }
demo-pay-over = The time to pay is over. Return to the chat to start again.
