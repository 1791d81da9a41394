"""PostgreSQL and Valkey from Python wheels, so that one machine with nothing installed can run the product."""
