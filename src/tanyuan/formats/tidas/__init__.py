"""TIDAS, the JSON twin of ILCD: a ZIP archive of data sets or one alone; read and written.

The mapping between data sets and the model is that of `tanyuan.formats.ilcd`.
"""

from tanyuan.formats.tidas.reading import read, recognises
from tanyuan.formats.tidas.writing import write

__all__ = ["read", "recognises", "write"]
