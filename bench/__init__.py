"""Benches: how fast, beside whom, with what errors. `python -m bench` writes RESULTS.md."""
