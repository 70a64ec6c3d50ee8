"""The only Qt outside the window: task runner and event-to-signal bridge."""
