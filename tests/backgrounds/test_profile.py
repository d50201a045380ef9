import json
from decimal import Decimal

import pytest

from tanyuan.backgrounds.profile import Key, Profile, read_profile
from tanyuan.problems import InputError

FULL = Profile(
    keys=(Key.MASS, Key.EQUAL),
    shares={"p": {"a": Decimal("0.25"), "b": Decimal("0.75")}},
    providers={"flow": "process"},
    exchanges={"p/3": "q"},
    declared=False,
    wastes=("ash", "slag"),
)


def test_a_profile_is_read_as_it_was_written():
    data = json.dumps(FULL.document()).encode()
    assert read_profile(data, "a.json") == FULL
    assert read_profile(json.dumps(Profile().document()).encode(), "a.json") == Profile()


def test_its_hash_is_that_of_its_content():
    assert FULL.hash == read_profile(json.dumps(FULL.document()).encode(), "a").hash
    assert FULL.hash != Profile().hash
    assert Profile(keys=(Key.MASS, Key.EQUAL)).hash != Profile(keys=(Key.EQUAL, Key.MASS)).hash
    assert Profile(wastes=("a", "b")).hash == Profile(wastes=("b", "a", "b")).hash


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"format": "other", "version": 1}',
        b'{"format": "tanyuan-background-profile", "version": 2}',
        b'{"format": "tanyuan-background-profile", "version": 1, "providers": {"a": 3}}',
        b'{"format": "tanyuan-background-profile", "version": 1, "allocation": {"keys": ["luck"]}}',
        b'{"format": "tanyuan-background-profile", "version": 1,'
        b' "allocation": {"shares": {"p": {"a": "half"}}}}',
    ],
)
def test_what_is_no_profile_is_refused(data):
    with pytest.raises(InputError) as caught:
        read_profile(data, "a.json")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file) == ("profile", "a.json")
