# То, что покупатель читает в ЮKassa, в банке и в чеке
yookassa-description = VPN { $plan }: { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    } · заказ { $number }
yookassa-refund = Возврат по заказу { $number }
