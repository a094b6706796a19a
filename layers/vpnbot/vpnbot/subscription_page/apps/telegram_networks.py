"""Telegram's domains and networks, which a customer can still reach after the end, in order to renew."""

DOMAINS = ("telegram.org", "telegram.me", "telegram.dog", "t.me", "telegra.ph", "tdesktop.com", "telesco.pe")
NETWORKS = (
    "91.105.192.0/23",
    "91.108.4.0/22",
    "91.108.8.0/22",
    "91.108.12.0/22",
    "91.108.16.0/22",
    "91.108.20.0/22",
    "91.108.56.0/22",
    "149.154.160.0/20",
    "185.76.151.0/24",
    "2001:67c:4e8::/48",
    "2001:b28:f23c::/48",
    "2001:b28:f23d::/48",
    "2001:b28:f23f::/48",
    "2a0a:f280::/32",
)
"""Telegram publishes them at https://core.telegram.org/resources/cidr.txt."""
