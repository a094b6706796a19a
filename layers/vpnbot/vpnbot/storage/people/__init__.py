"""The storage of people: one partition per person, its loading and commits, and FSM states."""
