"""Wiring: builds the objects and hands them to each other."""
