"""The calculation engine: allocation, the foreground system, its solution, keyed draws."""
