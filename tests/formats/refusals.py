"""What every refusal of a file must say."""

import pytest

from tanyuan.languages import in_language
from tanyuan.problems import InputError


def refused(read, path):
    """The problems of a file that must be refused, each with place, cause and mend."""
    with pytest.raises(InputError) as error:
        read(path)
    for problem in error.value.problems:
        for language in ("en", "zh"):
            with in_language(language):
                assert str(problem.cause)
                assert str(problem.mend)
        assert problem.place.file
    return error.value.problems
