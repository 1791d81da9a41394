"""The word lists: drafted, tried, published; every text's verdict, and what was hit."""
