"""The window: a folder a page, widgets, theme and shortcuts."""
