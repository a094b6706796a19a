# Что покупатель читает в счёте Crypto Bot
crypto-pay-description = { $plan }: VPN на { $period }.
