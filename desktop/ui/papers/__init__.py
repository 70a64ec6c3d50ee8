"""Receipts and passes on paper, in a file and on the screen."""
