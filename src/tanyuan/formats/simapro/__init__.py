"""SimaPro CSV exports of processes and product stages: read, not written.

The format has no public specification; what is known of it comes from exports themselves and from
the two open libraries that read it (GreenDelta olca-simapro-csv, brightway-lca bw_simapro_csv).
Blocks of sections of rows stand under a header that states the separator and the decimal sign.
Everything is linked by name, so the ids of products and flows are derived from their names.
"""

from tanyuan.formats.simapro.header import recognises
from tanyuan.formats.simapro.reading import read

__all__ = ["read", "recognises"]
