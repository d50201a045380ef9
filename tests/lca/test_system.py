import numpy as np
import pytest

from tanyuan.languages import in_language
from tanyuan.lca.exchanges import Exchanges, Scatters, Shape
from tanyuan.lca.system import Characterisation, direct, system
from tanyuan.problems import InputError

NO = Exchanges.of([], [], [])


def dense(exchanges, shape):
    matrix = np.zeros(shape)
    np.add.at(matrix, (exchanges.row, exchanges.column), exchanges.amount)
    return matrix


def exchanges_from(matrix):
    row, column = np.nonzero(matrix)
    return Exchanges.of(row, column, np.asarray(matrix)[row, column])


def codes(caught):
    return [problem.code for problem in caught.value.problems]


def refused(technosphere, interventions=NO, processes=("a", "b"), flows=("CO2",), **options):
    with pytest.raises(InputError) as caught, in_language("en"):
        system(processes, flows, technosphere, interventions, **options)
    return caught.value.problems


def heijungs():
    """Electricity from fuel, Heijungs & Suh (2002), chapter 2."""
    return system(
        ["electricity", "fuel"],
        ["CO2", "SO2", "crude oil"],
        exchanges_from([[10, 0], [-2, 100]]),
        exchanges_from([[1, 10], [0.1, 2], [0, -50]]),
    )


def test_the_example_of_heijungs_and_suh():
    found = heijungs()
    supply = np.linalg.solve(found.matrix().toarray(), [1000, 0])
    assert supply.tolist() == [100, 2]
    inventory = found.intervention_matrix() @ supply
    assert inventory == pytest.approx([120, 14, -100], rel=1e-15)


def test_the_adjoint_gives_the_same_score():
    found = heijungs()
    factors = Characterisation.of(["warming", "acid"], found.flows, [0, 1], [0, 1], [1.0, 1.0])
    own = direct(found, factors)
    assert own.tolist() == [[1, 0.1], [10, 2]]
    intensity = np.linalg.solve(found.matrix().toarray().T, own)
    assert intensity[0] * 1000 == pytest.approx([120, 14], rel=1e-15)


def test_a_treated_waste_has_a_negative_reference():
    # one kWh gives 0.2 kg of ash; treating a kg of ash emits 3 kg CO2 and takes 0.5 kWh
    found = system(
        ["ash", "power"],
        ["CO2"],
        exchanges_from([[-1, 0.2], [-0.5, 1]]),
        exchanges_from([[3, 2]]),
        waste=[True, False],
    )
    supply = np.linalg.solve(found.matrix().toarray(), [0, 1])
    # p = 1 + 0.5 a and a = 0.2 p, so p = 1/0.9
    assert supply == pytest.approx([0.2 / 0.9, 1 / 0.9], rel=1e-15)
    assert found.intervention_matrix() @ supply == pytest.approx([2.6 / 0.9], rel=1e-15)


def test_an_avoided_product_takes_the_place_of_its_process():
    # 10 kWh with 18 MJ of heat, which a boiler would have made 90 MJ at a time, emitting 3 kg
    matrix = np.array([[10.0, 0], [18, 90]])
    exchanges = exchanges_from(matrix)
    avoided = (exchanges.row != exchanges.column) & (exchanges.amount > 0)
    emissions = exchanges_from([[1, 3]])
    found = system(["CHP", "boiler"], ["CO2"], exchanges, emissions, avoided=avoided)
    supply = np.linalg.solve(found.matrix().toarray(), [1000, 0])
    assert supply == pytest.approx([100, -20])
    assert found.processes == ("CHP", "boiler")
    assert (found.intervention_matrix() @ supply)[0] == pytest.approx(100 - 60)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_what_is_given_is_of_no_consequence(seed):
    rng = np.random.default_rng(seed)
    n, flows = 7, 4
    inner = exchanges_from(np.diag(rng.uniform(1, 2, n)) - rng.random((n, n)) / n)
    outer = exchanges_from(rng.random((flows, n)))
    twice = np.r_[np.arange(len(inner)), 3, 3, 5]
    inner = inner.take(twice)
    ids, flow_ids = [f"p{i}" for i in range(n)], [f"f{i}" for i in range(flows)]
    names = [f"name {i}" for i in range(n)]
    first = system(ids, flow_ids, inner, outer, names=names, waste=np.zeros(n, bool)).keyed()

    order, flow_order = rng.permutation(n), rng.permutation(flows)
    place, flow_place = np.argsort(order), np.argsort(flow_order)
    mixed, mixed_outer = rng.permutation(len(inner)), rng.permutation(len(outer))
    second = system(
        [ids[at] for at in order],
        [flow_ids[at] for at in flow_order],
        Exchanges.of(place[inner.row], place[inner.column], inner.amount).take(mixed),
        Exchanges.of(flow_place[outer.row], place[outer.column], outer.amount).take(mixed_outer),
        names=[names[at] for at in order],
    ).keyed()
    assert (first.processes, first.flows) == (second.processes, second.flows)
    assert first.names == second.names == tuple(names)
    for one, other in (
        (first.technosphere, second.technosphere),
        (first.interventions, second.interventions),
    ):
        for name in ("row", "column", "amount", "key"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_matrices_hold_the_sums_of_equal_pairs():
    inner = Exchanges.of([0, 1, 0, 1, 0], [0, 1, 1, 1, 1], [1, 2, -0.5, -0.25, -0.125])
    found = system(["a", "b"], [], inner, NO)
    matrix = found.matrix()
    assert matrix.toarray().tolist() == [[1, -0.625], [0, 1.75]]
    assert matrix.has_canonical_format
    assert len(found.technosphere) == 5
    assert found.intervention_matrix().shape == (0, 2)


def test_nothing_is_a_system():
    found = system([], [], NO, NO)
    assert found.size == 0
    assert found.matrix().shape == (0, 0)
    assert direct(found, Characterisation.of(["x"], [], [], [], [])).shape == (0, 1)
    assert found.keyed() is not None


def test_one_process_is_a_system():
    found = system(["a"], ["CO2"], Exchanges.of([0], [0], [2.0]), Exchanges.of([0], [0], [3.0]))
    factors = Characterisation.of(["CO2|fossil"], ["CO2"], [0], [0], [1.0])
    assert direct(found, factors).tolist() == [[3]]
    assert found.label(0) == "a"


def test_keys_are_made_once_and_given_ones_are_kept():
    one = heijungs().keyed()
    assert one.keyed() is one
    given = Exchanges.of([0], [0], [1.0], None, [7])
    kept = system(["a"], ["CO2"], given, Exchanges.of([0], [0], [1.0])).keyed()
    assert kept.technosphere.key.tolist() == [7]
    assert len(kept.interventions.key) == 1


def test_flows_without_a_factor_count_nothing():
    found = heijungs()
    factors = Characterisation.of(["CO2"], ["N2O", "CO2"], [0, 1], [0, 0], [265.0, 1.0])
    assert direct(found, factors).tolist() == [[1], [10]]


OWN = [[1.0, -0.1], [-0.2, 1.0]]


def test_ids_that_stand_twice_are_refused():
    problems = refused(exchanges_from(np.eye(3)), processes=["a", "b", "a"])
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("duplicate-id", "processes · row 3")
    ]
    assert "The id a stands twice." in str(problems[0].cause)


def test_two_producers_of_one_product_are_named():
    problems = refused(exchanges_from(OWN), products=["steel", "steel"], names=["EAF", "BOF"])
    assert [problem.code for problem in problems] == ["two-producers"]
    with in_language("en"):
        assert str(problems[0]).startswith(
            "products · row 2: EAF (a) and BOF (b) make the same product, steel. Add a market"
        )


@pytest.mark.parametrize("products", [["x"], ["x", "y", "z"]])
def test_systems_that_are_not_square_are_refused_with_both_counts(products):
    (problem,) = refused(exchanges_from(OWN), products=products)
    assert problem.code == "not-square"
    assert problem.cause.values == {"products": len(products), "processes": 2}


@pytest.mark.parametrize(
    ("technosphere", "interventions", "code", "place"),
    [
        (Exchanges.of([0, 1, 2], [0, 1, 1], [1, 1, 1]), NO, "unknown-row", "technosphere · row 3"),
        (Exchanges.of([0, -1], [0, 1], [1, 1]), NO, "unknown-row", "technosphere · row 2"),
        (Exchanges.of([0, 1], [0, 2], [1, 1]), NO, "unknown-column", "technosphere · row 2"),
        (exchanges_from(OWN), Exchanges.of([1], [0], [1]), "unknown-row", "interventions · row 1"),
        (
            exchanges_from(OWN),
            Exchanges.of([0, 0], [0, 1], [1, np.nan]),
            "not-finite",
            "interventions · row 2",
        ),
        (Exchanges.of([0, 1], [0, 1], [1, np.inf]), NO, "not-finite", "technosphere · row 2"),
        (exchanges_from([[1.0, -1], [0, 0]]), NO, "no-reference-product", "processes · row 2"),
        (Exchanges.of([0, 1], [0, 1], [1, 0.0]), NO, "no-production", "processes · row 2"),
        (Exchanges.of([0, 1, 1], [0, 1, 1], [1, 1, -1]), NO, "no-production", "processes · row 2"),
        (exchanges_from([[1.0, 0], [0, -1]]), NO, "negative-production", "processes · row 2"),
        (exchanges_from([[1.0, 0], [0.5, 1]]), NO, "second-producer", "technosphere · row 2"),
    ],
)
def test_what_is_wrong_is_told_by_code_and_place(technosphere, interventions, code, place):
    (problem,) = refused(technosphere, interventions)
    with in_language("en"):
        assert (problem.code, str(problem.place)) == (code, place)
        assert str(problem.cause)
        assert str(problem.mend)


def test_exchanges_are_named_by_product_and_process():
    wrong = Exchanges.of([0, 0, 1], [0, 1, 1], [1, np.nan, 1])
    (problem,) = refused(wrong, names=["mill", "smelter"])
    with in_language("en"):
        assert str(problem.cause) == "The amount of mill (a) in smelter (b) is nan."


def test_waste_treatments_are_held_to_their_sign():
    (problem,) = refused(exchanges_from(np.eye(2)), waste=[False, True])
    assert problem.code == "waste-sign"
    matrix = exchanges_from([[1.0, 0], [-0.5, -1]])
    (problem,) = refused(matrix, waste=[False, True])
    assert problem.code == "second-treatment"
    assert problem.cause.values == {"process": "a", "amount": 0.5, "treatment": "b"}
    avoided = np.array(matrix.row > matrix.column)
    assert system(["a", "b"], [], matrix, NO, waste=[False, True], avoided=avoided).size == 2


def test_distributions_that_cannot_be_drawn_from_are_refused():
    scatter = Scatters.lognormal([0.1, 0.0, np.inf, 0.0])
    matrix = exchanges_from(OWN)
    wrong = Exchanges.of(matrix.row, matrix.column, matrix.amount, scatter)
    (problem,) = refused(wrong)
    assert problem.code == "scatter"
    limits = Scatters(
        np.full(4, Shape.TRIANGULAR, np.uint8),
        np.zeros(4),
        np.array([0.9, 0.9, 0.9, 1.1]),
        np.full(4, 1.2),
        np.zeros(0),
    )
    (problem,) = refused(Exchanges.of(matrix.row, matrix.column, matrix.amount, limits))
    assert problem.place.row == 4


def test_a_hundred_problems_are_listed_and_the_rest_counted():
    many = 350
    problems = refused(
        Exchanges.of(np.arange(many), np.arange(many), np.full(many, -1.0)),
        processes=[str(number) for number in range(many)],
    )
    assert len(problems) == 101
    assert problems[-1].code == "more-problems"
    assert problems[-1].cause.values == {"count": 250}


@pytest.mark.parametrize(
    "options", [{"names": ["a"]}, {"waste": [True]}, {"waste": [0, 1]}, {"avoided": [True]}]
)
def test_arrays_of_another_length_are_an_error_of_the_caller(options):
    with pytest.raises(ValueError, match=r"names|waste|avoided"):
        system(["a", "b"], [], exchanges_from(OWN), NO, **options)


@pytest.mark.parametrize(
    ("flows", "row", "column", "factor", "code"),
    [
        (["a", "a"], [0], [0], [1.0], "duplicate-id"),
        (["a"], [1], [0], [1.0], "unknown-row"),
        (["a"], [0], [1], [1.0], "unknown-column"),
        (["a"], [0], [0], [np.nan], "not-finite"),
        (["a"], [0, 0], [0, 0], [1.0, 2.0], "duplicate-factor"),
    ],
)
def test_characterisations_are_checked(flows, row, column, factor, code):
    with pytest.raises(InputError) as caught:
        Characterisation.of(["CO2"], flows, row, column, factor)
    assert codes(caught) == [code]
    assert str(caught.value)
