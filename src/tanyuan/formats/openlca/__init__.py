"""openLCA JSON-LD packages: both generations are read, schema 2 is written.

Generation 1 is what openLCA 1.x wrote, generation 2 (olca-schema) what openLCA 2 writes. They
differ in names of fields, in how categories are given and in how exchanges are numbered; packages
in the wild mix them, so each object is read in whichever spelling it has.
"""

from tanyuan.formats.openlca.reading import read, recognises
from tanyuan.formats.openlca.writing import write

__all__ = ["read", "recognises", "write"]
