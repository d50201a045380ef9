"""Pages of studies and footprints."""
