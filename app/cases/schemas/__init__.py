"""Shapes of hits, objections, cases, notices and trends."""
