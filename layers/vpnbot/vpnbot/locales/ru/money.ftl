# Amounts of money.
number-group = { "\u00A0" }
number-point = ,
money-rub = { $amount }{ "\u00A0" }₽
money-xtr = { $amount }{ "\u00A0" }⭐
money-usd = ${ $amount }
money-eur = { $amount }{ "\u00A0" }€
money-other = { $amount }{ "\u00A0" }{ $currency }
