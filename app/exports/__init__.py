"""Lists as files: each for a purpose that is on record, made by a job if it is long, for who asked alone."""
