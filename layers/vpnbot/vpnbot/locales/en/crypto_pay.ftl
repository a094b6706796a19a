# What the buyer reads on the invoice in Crypto Bot
crypto-pay-description = { $plan }: VPN for { $period }.
