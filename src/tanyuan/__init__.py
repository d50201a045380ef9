"""Tanyuan 探源: product carbon footprints that walk back to their source."""
