# Amounts of money.
number-group = ,
number-point = .
money-rub = { $amount }{ "\u00A0" }₽
money-xtr = { $amount }{ "\u00A0" }⭐
money-usd = ${ $amount }
money-eur = €{ $amount }
money-other = { $amount }{ "\u00A0" }{ $currency }
