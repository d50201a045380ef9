import copy
import locale
from concurrent.futures import ThreadPoolExecutor

import pytest

from tanyuan.footprint.study import Phase, Role
from tanyuan.languages import (
    LANGUAGES,
    Message,
    in_language,
    language,
    system_language,
    translate,
)

VARIABLES = ("TANYUAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def system(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def choose(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return choose


@pytest.mark.parametrize(
    ("variables", "chosen"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "", "LANG": "ZH"}, "zh"),
        ({"TANYUAN_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ({"TANYUAN_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_systems_language_is_read_in_the_order_of_the_variables(system, variables, chosen):
    system(**variables)
    assert system_language() == chosen
    assert language() == chosen


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("Chinese (Simplified)_China", "zh"), ("zh_CN", "zh"), ("en_US", "en"), (None, "en")],
)
def test_without_variables_the_locale_decides(system, monkeypatch, name, chosen):
    system()
    monkeypatch.setattr(locale, "getlocale", lambda: (name, "UTF-8"))
    assert system_language() == chosen


def test_a_block_speaks_its_language_and_gives_it_back(system):
    system(LANG="en_US")
    with in_language("zh"):
        assert language() == "zh"
        with in_language("en"):
            assert language() == "en"
        with in_language(None):
            assert language() == "zh"
        assert language() == "zh"
    assert language() == "en"


def test_the_language_is_given_back_after_an_error(system):
    system(LANG="en_US")
    with pytest.raises(KeyError), in_language("zh"):
        raise KeyError
    assert language() == "en"


def test_other_languages_are_refused():
    with pytest.raises(ValueError, match="choose zh or en"), in_language("fr"):
        pass


def test_each_thread_speaks_its_own_language(system):
    system(LANG="en_US")
    with in_language("zh"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(language).result() == "en"
        assert language() == "zh"


def test_texts_in_both_languages():
    assert translate("mass", "zh") == "质量"
    assert translate("mass", "en") == "mass"
    assert translate("no such text in any catalogue", "zh") == "no such text in any catalogue"
    assert translate("", "zh") == ""
    assert LANGUAGES == ("zh", "en")


def test_a_message_is_translated_when_it_is_shown():
    message = Message("The process “{id}” has no output.", id="P1")
    with in_language("en"):
        assert str(message) == "The process “P1” has no output."
    with in_language("zh"):
        chinese = str(message)
    assert "P1" in chinese
    assert chinese != "The process “P1” has no output."


def test_messages_inside_messages_speak_the_same_language():
    message = Message("{what} needed", what=Message("mass"))
    with in_language("zh"):
        assert str(message) == "质量 needed"


def test_a_text_without_values_keeps_its_braces():
    assert str(Message("Write {x} in a formula.")) == "Write {x} in a formula."


def test_messages_are_equal_by_text_and_values():
    one = Message("{n} rows", n=2)
    assert one == Message("{n} rows", n=2)
    assert hash(one) == hash(Message("{n} rows", n=2))
    assert one != Message("{n} rows", n=3)
    assert one != Message("{n} lines", n=2)
    assert one != "{n} rows"
    assert repr(one) == "Message('{n} rows', {'n': 2})"
    assert copy.deepcopy(one) == one


def test_choices_are_their_code_and_have_a_name():
    assert Role("counted") is Role.COUNTED
    assert Role.CUT_OFF == "cut_off"
    assert f"{Phase.USE}" == "use"
    with in_language("en"):
        assert str(Phase.END_OF_LIFE.label) == "End of life"
    with in_language("zh"):
        assert str(Phase.USE.label) != "Use"


def test_several_things_are_listed_as_the_language_does():
    message = Message("Choose one of {names}.", names=("a", "b"))
    assert str(message) == "Choose one of a, b."
    with in_language("zh"):
        assert str(message) == "请选择：a、b。"
