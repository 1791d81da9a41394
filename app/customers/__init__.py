"""External contacts, who follows them, their phones and their timeline."""
