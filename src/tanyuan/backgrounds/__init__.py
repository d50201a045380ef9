"""Imported process databases: as they were read, linked, and offered as factors."""
