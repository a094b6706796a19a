# What Telegram shows about the bot before anybody writes to it, and its menu of commands (docs/decisions/0092)
profile-description =
    Fast, private internet for your phone and computer.

    🎁 Try it free: no card, no sign-up.
    🔌 Connected in two minutes, step by step.
    💬 Help is one tap away.

    Tap Start.
profile-short = VPN in two minutes. Try it free: no card, no sign-up.
profile-description-named =
    { $name }

    { profile-description }
profile-short-named = { $name }: { profile-short }
command-start = Home: what you have, and until when
command-connect = Connect a phone or a computer
command-plans = Plans and prices
command-help = VPN doesn't work
command-support = Write to us
command-settings = Language and your data
command-terms = Terms
command-privacy = Privacy
command-paysupport = Help with a payment
# The menu of the staff and of their group (docs/decisions/0105)
command-admin = What needs you, people, money
command-find = Find a person
command-servers = VPN servers
command-shop = Plans, payments, settings
command-id = The id of this chat
command-support_here = Get customers' questions here
command-close = Close this topic
