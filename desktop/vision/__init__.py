"""Pixels to faces to vectors. Knows nothing of people, cameras or storage."""
