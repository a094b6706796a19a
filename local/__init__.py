"""The whole system on a desk: every door of `template.yaml`, DynamoDB, queues, a clock and a fake Telegram."""
