"""Whether everything runs: health, jobs that gave up, syncs."""
