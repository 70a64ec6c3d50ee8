"""The steps of setting up a desk, a page each."""
