"""Members, departments as stores, roles and scopes, and how a member signs in."""
