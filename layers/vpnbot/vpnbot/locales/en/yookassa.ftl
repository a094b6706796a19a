# What a buyer reads at YooKassa, at the bank and in the fiscal receipt
yookassa-description = VPN { $plan }: { $days ->
        [one] { $days } day
       *[other] { $days } days
    } · order { $number }
yookassa-refund = Refund of order { $number }
