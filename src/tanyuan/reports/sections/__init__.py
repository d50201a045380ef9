"""The eighteen mandatory sections of a study report, in their order."""
