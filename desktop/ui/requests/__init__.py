"""The officer's page Requests."""
