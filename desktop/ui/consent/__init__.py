"""The page Consent: the privacy officer's register."""
