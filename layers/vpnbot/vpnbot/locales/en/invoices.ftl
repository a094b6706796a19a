## The invoice of Telegram Stars: at most 255 characters, without tags.
invoice-description = { $plan }: VPN on up to { $devices } { $devices ->
    [one] device
   *[other] devices
  } for { $days } { $days ->
    [one] day
   *[other] days
  }.
invoice-description-renews = { $plan }: VPN on up to { $devices } { $devices ->
    [one] device
   *[other] devices
  }. Renews every { $days } days until you turn it off.
