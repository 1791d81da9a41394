"""WeCom's rules as plain functions, without HTTP and without state."""
