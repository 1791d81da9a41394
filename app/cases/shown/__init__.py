"""Rows as the pages and files show them."""
