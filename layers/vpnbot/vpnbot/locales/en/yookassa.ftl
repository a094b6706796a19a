# What a buyer reads at YooKassa, at the bank and in the fiscal receipt
yookassa-description = VPN { $plan }: { $period } · order { $number }
yookassa-refund = Refund of order { $number }
