"""The steps of the conversation as the guard sees them, a page each."""
