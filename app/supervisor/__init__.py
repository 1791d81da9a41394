"""`make run`: the whole product on one machine as one group of processes that starts, heals and stops together."""
