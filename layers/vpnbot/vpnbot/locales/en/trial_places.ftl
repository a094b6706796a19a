# All trials of the day are taken.
trials-taken = 🎁 Today's free trials are all taken. There will be more tomorrow. Shall we tell you then?
trials-taken-waits = 🎁 Today's free trials are all taken. You are on the list: we'll message you when it is your turn.
button-trials-wait = 🔔 Tell me
notice-trials_again = 🎁 There are free trials again. Take yours while they last.
