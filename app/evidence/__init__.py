"""One incident as one file: what was stopped or sent, why, by whom, what was done about it, and the proof."""
