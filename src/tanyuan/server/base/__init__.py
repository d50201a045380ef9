"""What every other app stands on: jobs, hashed files, audit events, hooks."""
