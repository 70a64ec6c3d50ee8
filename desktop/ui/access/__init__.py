"""Signing in, the lock screen, and what the window does around a session."""
