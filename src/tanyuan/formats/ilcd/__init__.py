"""ILCD 1.1 and ILCD+EPD: data sets in XML, a ZIP archive of them or one alone; read and written.

Also the mapping between data sets and the model that TIDAS, the JSON twin, shares.
"""

from tanyuan.formats.ilcd.reading import read, recognises
from tanyuan.formats.ilcd.writing import write

__all__ = ["read", "recognises", "write"]
