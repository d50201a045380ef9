import numpy as np
import pytest

from tanyuan.languages import in_language
from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.inventory import Inventory
from tanyuan.problems import InputError

NO = Exchanges.of([], [], [])


def inventory(outputs, technosphere=NO, interventions=NO, **options):
    options = {
        "processes": ("mill", "boiler"),
        "products": ("flour", "heat", "ash"),
        "flows": ("CO2",),
        "waste": np.array([False, False, True]),
        "avoided": np.zeros(len(technosphere), bool),
    } | options
    return Inventory(
        outputs=outputs, technosphere=technosphere, interventions=interventions, **options
    )


def test_inputs_are_linked_to_the_process_that_makes_them():
    # the boiler makes heat for the mill; columns are processes, rows products
    found = inventory(Exchanges.of([1, 0], [1, 0], [90, 1]), Exchanges.of([1], [0], [-2])).system()
    assert found.processes == ("boiler", "mill")
    assert found.matrix().toarray().tolist() == [[90, -2], [0, 1]]


def test_a_treated_waste_is_an_output_with_a_negative_amount():
    made = Exchanges.of([0, 2], [0, 1], [1, -1])
    found = inventory(made, Exchanges.of([2], [0], [0.2])).system()
    assert found.matrix().toarray().tolist() == [[-1, 0.2], [0, 1]]


def codes(found):
    with pytest.raises(InputError) as caught, in_language("en"):
        found.system()
    assert str(caught.value)
    return [
        (problem.code, problem.place.sheet, problem.place.row) for problem in caught.value.problems
    ]


def test_processes_with_several_outputs_or_none_are_refused():
    made = Exchanges.of([0, 1], [0, 0], [1, 1])
    assert codes(inventory(made)) == [
        ("several-outputs", "processes", 1),
        ("several-outputs", "processes", 2),
    ]


def test_a_product_that_no_process_makes_is_refused():
    made = Exchanges.of([0, 1], [0, 1], [1, 1])
    taken = Exchanges.of([1, 2], [0, 1], [-1, 0.1])
    assert codes(inventory(made, taken)) == [("no-producer", "technosphere", 2)]


def test_places_are_those_of_the_table_that_was_given():
    made = Exchanges.of([0, 1], [0, 1], [1, 1])
    taken = Exchanges.of([1, 1], [0, 0], [-1, 0.5])
    assert codes(inventory(made, taken)) == [("second-producer", "technosphere", 2)]
    assert inventory(made, taken, avoided=np.array([False, True])).system().size == 2


def test_two_producers_of_one_product_are_refused():
    made = Exchanges.of([1, 1], [0, 1], [1, 90])
    assert codes(inventory(made)) == [("two-producers", "products", 2)]


def test_a_product_without_being_a_waste_is_not_treated():
    made = Exchanges.of([0, 1], [0, 1], [1, -90])
    assert codes(inventory(made)) == [("negative-production", "processes", 2)]


def test_keys_that_were_given_are_kept_and_others_made():
    made = Exchanges.of([0, 1], [0, 1], [1, 1], None, [5, 6])
    taken = Exchanges.of([1, 1], [0, 1], [-1, -0.1])
    found = inventory(made, taken).keyed()
    assert found.outputs.key.tolist() == [5, 6]
    assert len(set(found.technosphere.key.tolist())) == 2
    assert found.system().technosphere.keyed


@pytest.mark.parametrize(
    "options",
    [
        {"waste": np.zeros(2, bool)},
        {"avoided": np.zeros(1)},
        {"products": ("a",)},
        {"processes": ()},
    ],
)
def test_arrays_that_do_not_belong_together_are_an_error_of_the_caller(options):
    with pytest.raises(ValueError, match=r"waste|avoided|out of range"):
        inventory(Exchanges.of([1], [0], [1.0]), **options)
