"""Settings, addresses and servers: the only place that knows all apps."""
