## The invoice of Telegram Stars: at most 255 characters, without tags.
invoice-description = { $plan }: VPN on up to { $devices } { $devices ->
    [one] device
   *[other] devices
  } for { $period }.
invoice-description-renews = { $plan }: VPN on up to { $devices } { $devices ->
    [one] device
   *[other] devices
  }. Charged { $every } until you turn it off.
