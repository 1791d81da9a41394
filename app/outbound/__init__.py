"""The one door out: a text leaves only as a `Cleared` value made here, and at most once."""
