"""Changing what people said about hits."""
