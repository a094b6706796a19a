# Тарифы, которые предлагает новый магазин; операторы меняют их в чате.
first-plan-standard = Стандарт
first-plan-standard-line = VPN на двух устройствах, серверы в разных странах.
first-plan-family = Семейный
first-plan-family-line = VPN на пяти устройствах для вас и вашей семьи.
