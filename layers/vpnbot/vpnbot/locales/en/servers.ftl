# Servers, for operators
servers = 🖥 <b>Servers</b>: { $taken } of { $capacity } keys are taken.
servers-none = 🖥 There are no servers yet, so customers get no keys. You need a 3x-ui panel, 3.5 or later, with a VLESS Reality inbound.
servers-none-demo = 🖥 No servers yet: the demo panel stands in, its keys carry no traffic. You need a 3x-ui panel, 3.5 or later, with VLESS Reality.
server-line = { $state ->
        [open] 🟢 { $name }: { $taken } of { $capacity } keys
        [full] 🟡 { $name }: full, { $taken } of { $capacity } keys
        [silent] 🔴 { $name }: no answer for { $silent }, { $taken } of { $capacity } keys
        [refusing] 🔴 { $name }: refuses our calls, failing for { $silent }, { $taken } of { $capacity } keys
        [stopped] 🔴 { $name }: Xray stopped, { $taken } of { $capacity } keys
        [draining] 🔵 { $name }: being emptied, keys left: { $taken }
       *[gone] ⚫ { $name }: its panel is lost, keys that move elsewhere: { $taken }
    }
server-unknown = This server is not here any more.

# One server
server-panel = Panel: { $address }
server-versions = 3x-ui { $panel }, Xray { $core }
server-details = ℹ️ { $name }: panel and inbound
server-inbound =
    Inbound { $inbound }: { $host }:{ $port }, { $transport }
    Reality: { $sni }, short id { $sid }, key { $key }
server-limited = After the end, Telegram only: inbound { $inbound }
server-unread = Its inbound has not been read yet. Tap “Check now”.
server-picky = ⚠️ Only apps on Xray-core get in. For Hiddify and Clash, set minClientVer to 1.0.0 (Inbounds → Edit → Reality).
server-devices = ⚠️ The limit of devices does not work: the panel needs fail2ban. Install it there: x-ui, IP Limit Management.
server-round = 🔍 { $at }: { $keys } { $keys ->
        [one] key
       *[other] keys
    } compared, { $mended ->
        [0] all right
       *[other] { $mended } set right
    }
server-unmoved = ⚠️ Keys that have nowhere to go: { $count }. Add a server, or raise a capacity.
server-waiting = ⏳ { $count } { $count ->
        [one] key waits
       *[other] keys wait
    } for this panel.
server-refused = ⚠️ The panel refuses these clients: { $names }. We try them again every half hour.
server-drain = 📤 Move everybody off { $name }? Keys that go to other servers: { $taken }. Links stay the same.
server-drain-short = ⚠️ The others have room for { $room }. The rest stay here until there is more.
server-draining = 📤 People are being moved off. Their old keys work for a day, then they go.
server-reopened = 📥 New keys go here again.
server-remove = 🗑 Remove { $name }? There are no keys on it.
server-remove-used = { $name } still has keys. Move everybody off it first. If its panel is lost for good, tap “Its panel is lost”.
server-lost = Is the panel of { $name } lost for good? The bot won't call it again: everybody gets a key elsewhere, then the server is removed.
server-reopen-lost = Is the panel of { $name } back? The bot will call it again. Keys that were moved stay where they are.
server-changed-meanwhile = ⚠️ This server has been changed meanwhile. Here is how it stands now.
server-removed = 🗑 { $name } is removed.
server-leaving = People are being moved off { $name }. Then it goes by itself.

# Adding one
adding-address = 🌐 Send the panel's address as your browser shows it, for example https://panel.example.com:2053/secret. What you type here is deleted from the chat.
adding-token = 🔑 Now the API token of { $address }: in the panel, Settings, API tokens. Your message is deleted at once.
adding-address-again = 🌐 Send the panel's address.
adding-token-again = 🔑 Send the API token of { $address }. Your message is deleted at once.
adding-certificate = 🔒 It shows this one (SHA-256): <code>{ $fingerprint }</code> If it is yours, only this one will be trusted.
adding-inbound = 🚪 Which inbound? It has to be VLESS with Reality.
adding-no_inbound = 🚪 No inbound fits. Make one in the panel, VLESS with Reality, then look again.
adding-country = 🌍 Which country is the server in? Tap, or send two letters, such as NL.
adding-capacity = 👥 How many keys may it have? Tap, or send a number.
adding-confirm = ✅ All is well. Add it? { $flag } { $country }, up to { $capacity } keys.
adding-added = ✅ { $name } is added. New keys go there from now on.
adding-known = { $by ->
        [you] You have already added this panel.
        [administrator] <a href="tg://user?id={ $user }">Another administrator</a> has already added this panel.
        [operator] This panel has already been added on the command line.
       *[other] This panel is already one of the servers.
    }
secret-stays = ⚠️ Your message could not be deleted. If it has a token, please delete it yourself.

# Changing one
change-what = ✏️ What do you want to change on { $name }?
change-title = 🏷 Send a name of your own, up to 32 characters. People see it in their apps instead of the country.
change-country = 🌍 Which country is { $name } in? Tap, or send two letters, such as NL.
change-capacity = 👥 { $name }: { $taken } of { $capacity } keys. What is the new maximum?
change-address = 🌐 Now: { $address }. Send the new one; keys and links follow.
change-token = 🔑 Send the new API token of { $address }. Your message is deleted at once.
change-inbound = 🚪 Which inbound should people use? Keys and links follow.
change-limited = ✈️ Which inbound lets only Telegram through? People whose time is over go there, and can still pay.
change-done = ✅ Saved.

# What cannot be read
input-country = 🌍 A country is two letters, such as NL, DE or FI.
input-no_country = 🌍 No country has this code. Send one from ISO 3166, for example GB for the United Kingdom.
input-capacity = 👥 That takes a number from 1 to 100000.
input-inbound = 🚪 An inbound is a number. Tap one of those below.
input-same_inbound = 🚪 People use this one. After the end it has to be another, or VPN would never end for anyone.
input-title = 🏷 A name has 1 to 32 characters.
input-token = 🔑 A token is one word, without spaces.
input-no_host = 🌐 That isn't an address. Copy it from your browser, with the panel open.
input-bad_port = 🌐 The port must be 1–65535.
input-credentials = 🌐 Please leave the name and password out: a token is all that is needed.
input-not_https = 🌐 It has to begin with https://, or the token would be sent unencrypted.

# What is wrong with a panel, and what to do
trouble-old_panel = 🔧 This panel is too old. Update 3x-ui to 3.5 or later.
trouble-wrong_token = 🔑 The panel rejects this token. Make a new one: Settings, API tokens.
trouble-no_token = 🔑 No token is kept for this panel. Send it again: Change, Token.
trouble-token_unreadable = 🔑 The panel was not called: its token could not be read. Try again in a minute.
trouble-server_unreadable = 🛠 Another version of the bot has saved this server. Deploy that version again.
trouble-wrong_path = 🔧 No 3x-ui panel answers at this address. Check the path at its end.
trouble-no_scope = 🔑 This token may not do that. Make one with the scope admin.
trouble-no_inbound = 🚪 The panel has no such inbound any more. Choose another one.
trouble-inbound_unusable = 🚪 This inbound is not VLESS. It has to be VLESS with Reality over tcp or xhttp.
trouble-inbound_off = 🚪 This inbound is switched off. Switch it on in the panel.
trouble-inbound_transport = 🚪 This inbound uses { $detail }. Links work with tcp and xhttp only: change its transport, or choose another inbound.
trouble-inbound_security = 🚪 Apps would connect with security “{ $detail }” here. It has to be Reality: change it in the panel, or choose another inbound.
trouble-inbound_encryption = 🚪 This inbound has VLESS encryption of its own. Set it to none in the panel, or choose another inbound.
trouble-inbound_header = 🚪 This inbound has the tcp header “{ $detail }”, which no link can carry. Set it to none in the panel.
trouble-inbound_mask = 🚪 This inbound has a FinalMask, which no link can carry. Remove it in the panel, or choose another inbound.
trouble-inbound_proxy_protocol = 🚪 This inbound expects the PROXY protocol, which apps do not send. Switch it off in the panel, or add your relay under Hosts.
trouble-inbound_versions = 🚪 The version limits of this inbound keep out apps with the newest Xray: { $detail }. Clear maxClientVer in the panel, and set minClientVer to 1.0.0.
trouble-inbound_address = 🌐 The panel names an address that apps cannot use: { $detail }. Correct it in the inbound's share address, or under Hosts.
trouble-self_signed = 🔒 The certificate is self-signed.
trouble-certificate_invalid = 🔒 The panel's certificate is not valid for this address.
trouble-certificate_changed = 🔒 The panel shows another certificate than before.
trouble-not_tls = 🔧 The panel does not answer over HTTPS at this port. Check the port.
trouble-needs_https = 🔧 This panel answers over HTTPS. Begin its address with https://
trouble-web_page = 🌐 Something else answers there: { $detail }. Let the bot pass the CDN or login page, or give the panel's own address.
trouble-unknown_host = 🌐 Host not found in DNS. Check the address.
trouble-private_address = 🌐 This address is reachable in a private network only. Give the panel's public address.
trouble-refused_connection = 🔧 Nothing answers at this port. Is the panel running, and the port open?
trouble-timed_out = 🔧 The panel did not answer in time.
trouble-core_stopped = 🔧 Xray does not run there. Start it in the panel.
trouble-core_unknown = ⏳ The panel has just started and does not know the state of its Xray yet. Check again in half a minute.
trouble-name_clash = 🔧 A client of the same name, not ours, is in the way: { $detail }. Remove it in the panel.
trouble-not_applied = 🔧 The panel saved the client with different settings: { $detail }.
trouble-broken_answer = 🔧 Unexpected answer from the panel.
trouble-refused = 🔧 The panel refuses: { $detail }

# Buttons
button-servers = 🖥 Servers
button-server-add = ➕ Add a server
button-server-add-now = ✅ Add it
button-server-check = 🔄 Check now
button-server-details = ℹ️ Details
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
dead-letters = 🧯 <b>Stuck work</b>: a bug stopped { $count ->
        [one] { $count } task.
       *[other] { $count } tasks.
    } Nothing is lost. DueWorker's log names the cause: fix it, then try again.
dead-letters-line = { $at }: { $kind ->
        [provision] a key
        [advance_subscription] a step of a subscription
        [deliver_notification] a message
        [follow_receipt] a receipt
        [relay_question] a question
        [relay_answer] an answer
        [deliver_alert] an alert about money
        [watch_server] a promised message about a server
        [erase_history] a deletion of data
        [follow_reward] days for an invitation
        [offer_winback] a discount to come back
       *[other] { $kind }
    }{ $of ->
        [shop] {""}
       *[other] { " " }of { $of }…
    }
dead-letters-none = 🧯 Nothing is stuck.
button-dead-letters = 🧯 Stuck work: { $count }
button-dead-letters-retry = 🔁 Try again
toast-retried = Trying again: { $count }
