# Сторона команды.
button-admin = 👑 Магазин
admin-home = 👑 Что посмотрим?
