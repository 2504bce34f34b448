"""The hub's pages, and the HTTP road that senders use."""
