"""The factor database; for now the read-only catalogue of the starter library."""
