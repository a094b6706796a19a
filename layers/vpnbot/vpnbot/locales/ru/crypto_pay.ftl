# Что покупатель читает в счёте Crypto Bot
crypto-pay-description = { $plan }: VPN на { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }.
