"""The public face of the library: what `import tanyuan as ty` offers.

>>> import tanyuan as ty
>>> footprint = ty.load("trousers.xlsx").calculate()  # doctest: +SKIP
>>> footprint.total, footprint.unit                   # doctest: +SKIP
(31.62412049318..., 'kg CO2e/piece')
"""

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.searching import search
from tanyuan.executors.choosing import executor
from tanyuan.factors.factor import Factor
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.method import Allocation, ElectricityPolicy, EndOfLife, Method
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.seal import footprint_hash, seal, verify
from tanyuan.footprint.study import Line, Study
from tanyuan.formats.files import load, write_study
from tanyuan.formats.portfolio import Outcome, grid, portfolio, study_files
from tanyuan.formats.study_file import StudyFile
from tanyuan.formats.template import template_study
from tanyuan.languages import in_language
from tanyuan.problems import InputError, Problem

__all__ = [
    "Allocation",
    "ElectricityPolicy",
    "EndOfLife",
    "Factor",
    "Footprint",
    "InputError",
    "Library",
    "Line",
    "Method",
    "Outcome",
    "Problem",
    "Study",
    "StudyFile",
    "calculate",
    "executor",
    "footprint_hash",
    "grid",
    "in_language",
    "load",
    "portfolio",
    "seal",
    "search",
    "starter_release",
    "study_files",
    "template_study",
    "verify",
    "write_study",
]
