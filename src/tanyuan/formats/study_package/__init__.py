"""A study as a process database, for the programs that read these."""

from tanyuan.formats.study_package.making import study_package

__all__ = ["study_package"]
