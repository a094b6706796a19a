# То, что покупатель читает в ЮKassa, в банке и в чеке
yookassa-description = VPN { $plan }: { $period } · заказ { $number }
yookassa-refund = Возврат по заказу { $number }
