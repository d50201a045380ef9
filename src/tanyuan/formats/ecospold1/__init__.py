"""ecoSpold 1: data sets in XML, one or many in a file, or a ZIP archive of such files; read."""

from tanyuan.formats.ecospold1.reading import read, recognises

__all__ = ["read", "recognises"]
