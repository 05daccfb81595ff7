"""The runtime: channels in, one transaction, channels out; the clock and the web server."""
