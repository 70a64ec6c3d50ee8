"""The demo site: real pictures made into four cameras with known truth, run through the real window."""
