"""Identification figures with confidence intervals, measured through the product's own pipeline."""
