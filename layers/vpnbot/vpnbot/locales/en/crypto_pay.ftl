# What the buyer reads on the invoice in Crypto Bot
crypto-pay-description = { $plan }: VPN for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
