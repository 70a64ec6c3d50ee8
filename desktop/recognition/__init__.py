"""Joins vision and capture: tracker, gallery, matcher, decision, masking and the scheduler."""
