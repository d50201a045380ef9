"""Products, sites, studies, revisions and footprints."""
