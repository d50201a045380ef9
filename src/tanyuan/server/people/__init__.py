"""Organisations, persons, roles, regions, consent."""
