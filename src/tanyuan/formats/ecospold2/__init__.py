"""ecoSpold 2: data sets in XML (`.spold`), one alone or a ZIP archive of them; read."""

from tanyuan.formats.ecospold2.reading import read, recognises

__all__ = ["read", "recognises"]
