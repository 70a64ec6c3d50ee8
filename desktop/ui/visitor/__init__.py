"""The window for the person in front of the desk."""
