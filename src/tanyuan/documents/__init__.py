"""Documents: canonical JSON and content hashes, decimal strings, the safe expression language."""
