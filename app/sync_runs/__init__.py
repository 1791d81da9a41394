"""Runs of a full sync: one row a run, with progress and what it had to repair."""
