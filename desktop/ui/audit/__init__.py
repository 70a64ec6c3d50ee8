"""The page Audit: who did what when, and the proof that nothing of it was changed."""
