"""The storage of servers: one partition with all servers."""
