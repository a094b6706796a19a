## The invoice of Telegram Stars: at most 255 characters, without tags.
invoice-description = { $plan }: VPN на { $devices } { $devices ->
    [one] устройстве
   *[other] устройствах
  }, { $period }.
invoice-description-renews = { $plan }: VPN на { $devices } { $devices ->
    [one] устройстве
   *[other] устройствах
  }. Списание { $every }, пока вы не отключите.
