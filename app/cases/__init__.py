"""What became of hits: reviews, objections of guides, cases, notices, trends."""
