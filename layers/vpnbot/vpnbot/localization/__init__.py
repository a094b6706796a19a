"""Languages: messages, dates and durations, names of servers."""
