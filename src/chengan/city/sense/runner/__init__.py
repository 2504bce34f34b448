"""The runner: takes the log in order, stores, watches and states facts; survives any crash."""
