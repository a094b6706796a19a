# The card of a person in their topic
topic-who = 👤 { $name }: { $state }, { $plan }
topic-who-left = 👤 { $name }: { $state }, { $plan }, { $left } left
topic-uses = 🌐 { $language }, { $app } { $ago } ago
topic-uses-nothing = 🌐 { $language }, no app yet
topic-finding = 🩺 { $finding }
topic-finding-no_subscription = no subscription
topic-finding-expired = the time is over
topic-finding-paused = paused by us
topic-finding-unreadable = their data cannot be read now
topic-finding-key_in_the_making = the key is being made
topic-finding-key_refused = the panel refuses the key
topic-finding-server_down = the server is down
topic-finding-one_server_down = one of the servers is down
topic-finding-key_lags = the key is not up to date
topic-finding-traffic_used_up = traffic used up
topic-finding-never_loaded = no app has loaded the link
topic-finding-old_link = the app has an old link
topic-finding-wrong_app = the app doesn't fit the server
topic-finding-unchecked = servers not checked yet
topic-finding-no_traffic = no traffic yet
topic-finding-loaded_long_ago = link last loaded long ago
topic-finding-all_good = all good on our side
button-topic-check = 🩺 Check now
button-topic-words = 💬 Prepared answers
button-topic-close = ✅ Close
button-topic-card = 👤 Back to the card

# Prepared answers
topic-words = 💬 Which answer shall we send, in their language?
topic-said = ✅ Sent: { $label }
prepared-hello = Hello! Thanks for writing. We're looking into it and will answer here soon.
prepared-hello-label = 👋 We're looking into it
prepared-reinstall = Please open the menu, tap Connect, and add your link to the app once more. Then switch VPN off and on.
prepared-reinstall-label = 🔌 Add the link again
prepared-other_app = Please try another app: tap Connect, then choose another app for your device.
prepared-other_app-label = 📱 Try another app
prepared-fixed = It should work now. Please switch VPN off and on, and tell us how it went.
prepared-fixed-label = 🛠 It works again
prepared-more = Could you send a screenshot of the app, and tell us your city and your operator?
prepared-more-label = 📷 Send a screenshot

# The group that gets the questions
support-here = 💬 Send customers' questions to this group? An owner confirms.
button-support-here = ✅ Yes, here
button-support-flat = Without topics
support-here-done = ✅ Questions come here now, each customer in a topic of their own. Answer in the topic; // is among yourselves.
support-here-flat = ✅ Questions come here now. To answer, reply to the line below a question.
support-here-unknown = 🤔 Telegram tells me nothing about this group. Please try again in a minute.
support-here-no-topics = Topics are off. Turn them on in the group's settings, then tap Refresh.
support-here-no-right = I may not manage topics. Make me an administrator with that right, then tap Refresh.
support-here-again = This was changed at the same moment. Please tap once more.
support-added = 👋 To get questions here: turn on topics, let me manage topics and delete messages, then send /support_here.
support-delete-topic = 🗑 This customer has deleted their data. Please delete this topic: I may not.
id-own = Your id: <code>{ $id }</code>
id-chat = The id of this chat: <code>{ $id }</code>
