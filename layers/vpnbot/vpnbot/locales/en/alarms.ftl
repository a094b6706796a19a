# Messages about alarms in the operators' chats: what is wrong, what to do. docs/alarms.md has more about each.
alarm-rings =
    🔴 { $what }
    { $remedy }
    Since { $time } UTC.
alarm-over =
    🟢 Over: { $what }
    Since { $time } UTC.
alarm-unknown = The alarm { $name } is on.
alarm-unknown-remedy = Please look at it in CloudWatch.

alarm-clock-stopped = Scheduled work has stopped: reminders, ends and new keys wait.
alarm-clock-stopped-remedy = Run ops doctor, and enable the schedule of the clock if it is off.
alarm-work-late = Due work waits more than 15 minutes for its turn.
alarm-work-late-remedy = Raise WorkerConcurrency, unless another alarm says why the workers are slow.
alarm-queue-stuck = Workers take no work from the queue.
alarm-queue-stuck-remedy = Run ops doctor, and enable the trigger of DueWorker if it is off.
alarm-worker-errors = A worker crashed or ran out of time.
alarm-worker-errors-remedy = Read the log of DueWorker; the work is tried again.
alarm-quarantined-updates = Messages or taps of customers met a bug or a wrong setting, and are kept.
alarm-quarantined-updates-remedy = Correct the cause, then run ops replay.
alarm-dead-lettered-work = Due work failed twelve times and needs you.
alarm-dead-lettered-work-remedy = Open 🖥 Servers, Stuck work; deploy a fix, then try again.
alarm-failed-runs = Runs of a function failed and were recorded.
alarm-failed-runs-remedy = Run ops doctor, read the log of the function that it names, then purge the queue.
alarm-panel-down = A VPN panel does not answer or refuses our calls, and keys wait for it.
alarm-panel-down-remedy = Open 🖥 Servers: the list says which panel, and why.
alarm-questions-wait = Customers' questions cannot be sent to the support chat.
alarm-questions-wait-remedy = Add the bot to the group again and let it write, or set another SupportChatId.
alarm-webhook-errors = The bot crashed or ran out of time while it answered.
alarm-webhook-errors-remedy = Read the log of TelegramWebhook; after a release, go back to the one before.
alarm-payment-webhook-errors = A notification about a payment met a crash.
alarm-payment-webhook-errors-remedy = Read the log of PaymentWebhook; payments are found without notifications too.
alarm-page-errors = The page with customers' links crashed or ran out of time.
alarm-page-errors-remedy = Read the log of SubscriptionPage; apps keep the keys that they have.
alarm-bugs = A function met a bug, a wrong setting or a call to AWS that is denied.
alarm-bugs-remedy = Run the saved query errors in CloudWatch Logs: it names the cause.
alarm-telegram-delivery = Telegram does not deliver updates to the bot, or does not answer.
alarm-telegram-delivery-remedy = Run ops doctor: it says what Telegram reports, and what to do.
alarm-api5xx = Requests fail again and again with 500 or 503.
alarm-api5xx-remedy = Read the access log of the API; if AWS or Telegram is down, just wait.
alarm-api4xx = The API refuses very many requests.
alarm-api4xx-remedy = Read the access log: for 401 at the webhook run ops webhook set, otherwise block the source.
alarm-throttles = AWS refuses to run functions, because too many run at the same time.
alarm-throttles-remedy = Lower WorkerConcurrency or MaxConnections, and ask AWS for more concurrency.
alarm-concurrency = More than 80 % of the account's concurrency is in use.
alarm-concurrency-remedy = Ask for more under Service Quotas, AWS Lambda, Concurrent executions.
alarm-table-errors = The database is slow or fails again and again.
alarm-table-errors-remedy = Calls are repeated: wait, and look at the table's metrics if it lasts.
alarm-no-room = Customers wait for a key, because every server is full.
alarm-no-room-remedy = Add a server or raise a capacity in 🖥 Servers.
alarm-trial-budget = Most of the free trials of today are taken.
alarm-trial-budget-remedy = Raise Trials/day in the settings, or look whether an ad brings too many; people can ask to be told.
alarm-unreadable-items = Some data was written by a later release and cannot be read.
alarm-unreadable-items-remedy = Deploy the later release again.
alarm-unknown-key-versions = A version of the key secret is missing.
alarm-unknown-key-versions-remedy = Restore key_secret from your copy; ops doctor names the version.
alarm-paid-to-key = A customer paid and waited more than ten minutes for a key.
alarm-paid-to-key-remedy = Open 🖥 Servers: look for a panel that fails or a server that is full.
alarm-stuck-orders = A payment is still pending after four days.
alarm-stuck-orders-remedy = Look at the payment in the provider's own cabinet.
alarm-held-payments = Money waits for your decision.
alarm-held-payments-remedy = Open the message about it in this chat, or run ops orders list.
alarm-forged-payments = Many notifications about payments came that no provider sent.
alarm-forged-payments-remedy = None has an effect; if they are real, store the provider's new secret with ops configure.
