"""WeCom's POSTs: one endpoint, one table from event to jobs, and a spool for when the database is away."""
