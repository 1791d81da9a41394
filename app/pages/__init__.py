"""The two pages of the front end, as built by sidebar_ui, and their files."""
