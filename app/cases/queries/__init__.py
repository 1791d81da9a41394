"""Reading hits, objections, cases and what became of them."""
