## The invoice of Telegram Stars: at most 255 characters, without tags.
invoice-description = { $plan }: VPN на { $devices } { $devices ->
    [one] устройстве
   *[other] устройствах
  }, { $days } { $days ->
    [one] день
    [few] дня
   *[other] дней
  }.
invoice-description-renews = { $plan }: VPN на { $devices } { $devices ->
    [one] устройстве
   *[other] устройствах
  }. Продлевается каждые { $days } { $days ->
    [one] день
    [few] дня
   *[other] дней
  }, пока вы не отключите.
