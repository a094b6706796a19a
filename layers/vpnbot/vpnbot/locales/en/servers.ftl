# Servers, for whoever runs the shop
servers = 🖥 <b>Servers</b>: { $taken } of { $capacity } keys are taken.
servers-none = 🖥 There are no servers yet, so customers get no keys. You need a 3x-ui panel, 3.1 or later, with a VLESS Reality inbound.
servers-none-demo = 🖥 There are no servers yet: the demo panel stands in, and its keys carry no traffic. You need a 3x-ui panel, 3.1 or later, with a VLESS Reality inbound.
server-line = { $state ->
        [open] 🟢 { $name }: { $taken } of { $capacity } keys
        [full] 🟡 { $name }: full, { $taken } of { $capacity } keys
        [silent] 🔴 { $name }: no answer for { $silent }, { $taken } of { $capacity } keys
        [refusing] 🔴 { $name }: refuses our calls for { $silent }, { $taken } of { $capacity } keys
        [draining] 🔵 { $name }: being emptied, { $taken } keys left
       *[gone] ⚫ { $name }: its panel is lost, { $taken } keys move elsewhere
    }
server-unknown = This server is not here any more.

# One server
server-panel = Panel: { $address }
server-versions = 3x-ui { $panel }, Xray { $core }
server-inbound =
    Inbound { $inbound }: { $host }:{ $port }, { $transport }
    Reality: { $sni }, short id { $sid }, key { $key }
server-limited = After the end, Telegram only: inbound { $inbound }
server-unread = Its inbound has not been read yet. Tap “Check now”.
server-picky = ⚠️ Only apps on Xray-core get in. To let Hiddify and Clash in, set minClientVer in the inbound's Reality settings.
server-round = 🔍 { $at }: { $keys } keys compared, { $mended ->
        [0] all as they should be
       *[other] { $mended } set right
    }
server-unmoved = ⚠️ { $count } keys have nowhere to go. Add a server, or raise a capacity.
server-failing = <b>{ $name }</b>
server-waiting = { $count ->
        [one] ⏳ { $count } key waits for this panel and follows when it works again.
       *[other] ⏳ { $count } keys wait for this panel and follow when it works again.
    }
server-refused = ⚠️ The panel refuses these clients: { $names }. They are tried again every half hour.
server-drain = 📤 Move everybody off { $name }? { $taken } keys go to other servers; links stay the same.
server-drain-short = ⚠️ The others have room for { $room }. The rest stay here until there is more.
server-draining = 📤 People are being moved off. Their old keys work for a day, then they go.
server-reopened = 📥 New keys go here again.
server-remove = 🗑 Remove { $name }? There are no keys on it.
server-remove-used = { $name } still has keys. Move everybody off it first. If its panel is lost for good, say so.
server-lost = Is the panel of { $name } lost for good? It is never asked again: everybody gets a key elsewhere, then the server goes.
server-reopen-lost = Is the panel of { $name } back? The bot then calls it again. Keys that were moved stay where they are.
server-changed-meanwhile = ⚠️ Another administrator has changed this server since. This is how it stands now.
server-removed = 🗑 { $name } is removed.
server-leaving = People are being moved off { $name }. Then it goes by itself.

# Adding one
adding-address = 🌐 Send the panel's address as your browser shows it, for example https://panel.example.com:2053/secret
adding-token = 🔑 Now the API token of { $address }: in the panel, Settings, API tokens. Your message is deleted at once.
adding-certificate = 🔒 It shows this one (SHA-256): <code>{ $fingerprint }</code> If it is yours, only this one will be trusted.
adding-inbound = 🚪 Which inbound? It has to be VLESS with Reality.
adding-no_inbound = 🚪 No inbound fits. Make one in the panel, VLESS with Reality, then look again.
adding-country = 🌍 Where does it stand? Tap, or send two letters, such as NL.
adding-capacity = 👥 How many keys does it take? Tap, or send a number.
adding-confirm = ✅ All is well. Add it? { $flag } { $country }, up to { $capacity } keys.
adding-added = ✅ { $name } is added. New keys go there from now on.
adding-known = { $by ->
        [you] You have already added this panel.
        [administrator] This panel is already added by <a href="tg://user?id={ $user }">another administrator</a>.
        [operator] This panel is already added on the command line.
       *[other] This panel is one of the servers already.
    }
secret-stays = ⚠️ Your message with the token could not be deleted. Please delete it yourself.

# Changing one
change-what = ✏️ What shall be changed on { $name }?
change-title = 🏷 Send a name of your own, up to 32 characters. People see it in their apps instead of the country.
change-country = 🌍 Where does { $name } stand? Tap, or send two letters, such as NL.
change-capacity = 👥 { $name } takes { $capacity } keys, { $taken } are taken. How many shall it be?
change-address = 🌐 Now: { $address }. Send the new one; keys and links follow.
change-token = 🔑 Send the new API token of { $address }. Your message is deleted at once.
change-inbound = 🚪 Which inbound shall people use? Keys and links follow.
change-limited = ✈️ Which inbound lets only Telegram through? Whoever's time is over goes there, and can still pay.
change-done = ✅ Saved.

# What cannot be read
input-country = 🌍 A country is two letters, such as NL, DE or FI.
input-capacity = 👥 That takes a number from 1 to 100000.
input-inbound = 🚪 An inbound is a number. Tap one of those below.
input-same_inbound = 🚪 People use this one. After the end it has to be another, or VPN would never end for anyone.
input-title = 🏷 A name has 1 to 32 characters.
input-token = 🔑 A token is one word, without spaces.
input-no_host = 🌐 This is no address. Copy it from your browser, with the panel open.
input-bad_port = 🌐 The port in it is no number from 1 to 65535.
input-credentials = 🌐 Please leave the name and password out: a token is all that is needed.
input-not_https = 🌐 It has to begin with https://, or the token would travel open.

# What is wrong with a panel, and what to do
trouble-old_panel = 🔧 The panel is too old. Update 3x-ui to 3.1 or later.
trouble-wrong_token = 🔑 The panel does not take this token. Make a new one: Settings, API tokens.
trouble-no_token = 🔑 No token is kept for this panel. Send it again: Change, Token.
trouble-token_unreadable = 🔑 The panel was not called: its token could not be read. Try again in a minute.
trouble-server_unreadable = 🛠 Another version of the bot has saved this server. Deploy that version again.
trouble-wrong_path = 🔧 No 3x-ui panel answers at this address. Check the path at its end.
trouble-no_scope = 🔑 This token may not do that. Make one with the scope admin.
trouble-no_inbound = 🚪 The panel has no such inbound any more. Choose another one.
trouble-inbound_unusable = 🚪 It has to be VLESS with Reality over tcp or xhttp, without encryption of its own. Choose another inbound.
trouble-inbound_off = 🚪 This inbound is switched off. Switch it on in the panel.
trouble-self_signed = 🔒 No known authority has signed the panel's certificate.
trouble-certificate_invalid = 🔒 The panel's certificate is not valid for this address.
trouble-certificate_changed = 🔒 The panel shows another certificate than before.
trouble-not_tls = 🔧 The panel does not speak https at this port. Check the port.
trouble-unknown_host = 🌐 This host name is unknown. Check the address.
trouble-refused_connection = 🔧 Nothing answers at this port. Is the panel running, and the port open?
trouble-timed_out = 🔧 The panel did not answer in time.
trouble-core_stopped = 🔧 Xray does not run there. Start it in the panel.
trouble-name_clash = 🔧 A client of the same name, not ours, is in the way: { $detail }. Remove it in the panel.
trouble-not_applied = 🔧 The panel takes our clients and keeps them otherwise: { $detail }.
trouble-broken_answer = 🔧 The panel's answer makes no sense.
trouble-refused = 🔧 The panel refuses: { $detail }

# Buttons
button-servers = 🖥 Servers
button-server-add = ➕ Add a server
button-server-add-now = ✅ Add it
button-server-check = 🔄 Check now
button-server-change = ✏️ Change
button-server-drain = 📤 Empty it
button-server-drain-now = 📤 Move everybody
button-server-reopen = 📥 Open again
button-server-remove = 🗑 Remove
button-server-remove-now = 🗑 Remove it
button-server-lost = Its panel is lost
button-server-lost-now = Lost, move everybody
button-cancel = ✖️ Cancel
button-look-again = 🔄 Look again
button-other-address = 🌐 Other address
button-trust = 🔒 It is mine, trust it
button-country = { $flag } { $name }
button-no-title = No name, the country will do
button-no-limited = None
button-field-title = 🏷 Name
button-field-country = 🌍 Country
button-field-capacity = 👥 Capacity
button-field-address = 🌐 Address
button-field-token = 🔑 Token
button-field-inbound = 🚪 Inbound
button-field-limited = ✈️ After the end

# Dead-lettered work
dead-letters = 🧯 <b>Stuck work</b>: { $count ->
        [one] one thing met a bug and was given up.
       *[other] { $count } things met a bug and were given up.
    } The log of DueWorker says why. When the bug is fixed, try again: nothing is lost.
dead-letters-line = { $at }: { $kind ->
        [provision] a key
        [advance_subscription] a step of a subscription
        [deliver_notification] a message
        [watch_server] a promised message about a server
        [erase_history] the deletion of a history
       *[other] { $kind }
    } of { $of }…
dead-letters-none = 🧯 Nothing is stuck.
button-dead-letters = 🧯 Stuck work: { $count }
button-dead-letters-retry = 🔁 Try again
toast-retried = Trying again: { $count }
