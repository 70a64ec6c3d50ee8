"""Cameras: frame sources, the one-slot mailbox, watchdog and reconnect."""
