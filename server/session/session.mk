# sessions, workers and the daemon itself
