"""A database of three products, illustrative, whose figures are worked out in the head.

Power, 1 kWh: 0.5 kg CO2 fossil, 1 g CH4 fossil.
Steel, 1 kg: 2 kWh of power, 1 kg CO2 fossil, 0.1 kg CO2 biogenic, 0.3 kg CO2 from the air. So in
all 2 kg CO2 fossil, 2 g CH4 fossil, 0.1 kg CO2 biogenic less 0.3 kg: with 29.8 kg CO2e/kg CH4
(AR6) 1.8596 kg CO2e.
Wire, 1 kg: 1 kg of steel and 20 g of dye that nobody supplies: one of three inputs.
"""

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.profile import Profile
from tanyuan.formats.background_import import import_background
from tests.formats.openlca import hand_made as made

MASS, ENERGY = made.MASS, made.ENERGY
KG, G, MJ, KWH = made.KG, made.G, made.MJ, made.KWH
PRODUCT, ELEMENTARY = "PRODUCT_FLOW", "ELEMENTARY_FLOW"
STEEL = 1 + 2 * 0.5 + 2e-3 * 29.8 + 0.1 - 0.3
POWER = 0.5 + 1e-3 * 29.8


def flow(id_, name, kind, category=made.AIR, of=MASS):
    return made.flow(id_, name, kind, {of: 1}, category)


FLOWS = [
    flow("power", "Electricity", PRODUCT, "Energy", ENERGY),
    flow("steel", "Steel", PRODUCT, "Metals"),
    flow("wire", "Wire", PRODUCT, "Metals"),
    flow("dye", "Dye", PRODUCT, "Chemicals"),
    flow("co2", "Carbon dioxide, fossil", ELEMENTARY),
    flow("co2-bio", "Carbon dioxide, biogenic", ELEMENTARY),
    flow("ch4", "Methane, fossil", ELEMENTARY),
    flow("uptake", "Carbon dioxide, in air", ELEMENTARY, "Elementary flows/Resource/in air"),
]


def scattering(amount, gsd=1.3):
    return {"uncertainty": made.lognormal(amount, gsd)} if gsd else {}


def windmills(amount=0.01):
    """A second maker of power, which the rules choose last: its name comes later."""
    return made.process("wind", "Wind farm", "place-cn", [
        made.exchange(1, "power", 1, KWH), made.exchange(2, "co2", amount, KG),
    ])  # fmt: skip


def processes(gsd, input_gsd):
    taken = {"taken": True}
    return [
        made.process("plant", "Power plant", "place-cn", [
            made.exchange(1, "power", 1, KWH),
            made.exchange(2, "co2", 0.5, KG, **scattering(0.5, gsd)),
            made.exchange(3, "ch4", 1, G),
        ], processDocumentation={"validUntil": "2024-12-31"}, dqEntry="(1;2;1;1;2)"),
        made.process("works", "Steelworks", "place-sd", [
            made.exchange(1, "steel", 1, KG),
            made.exchange(2, "power", 2, KWH, **taken, **scattering(2, input_gsd)),
            made.exchange(3, "co2", 1, KG),
            made.exchange(4, "co2-bio", 0.1, KG),
            made.exchange(5, "uptake", 0.3, KG, **taken),
        ]),
        made.process("drawing", "Wire drawing", "place-sd", [
            made.exchange(1, "wire", 1, KG),
            made.exchange(2, "steel", 1, KG, **taken),
            made.exchange(3, "dye", 20, G, **taken),
        ]),
    ]  # fmt: skip


def package(path, gsd=1.3, input_gsd=None, more=()):
    """The database as openLCA writes it; the CO2 of power scatters, and how much steel takes.

    `more` are processes beside its own.
    """
    folders = {
        "unit_groups": made.UNIT_GROUPS, "flow_properties": made.PROPERTIES,
        "locations": made.LOCATIONS, "flows": FLOWS,
        "processes": [*processes(gsd, input_gsd), *more],
    }  # fmt: skip
    entries = {
        f"{folder}/{each['@id']}.json": each for folder, ones in folders.items() for each in ones
    }
    return made.packed(path, {"olca-schema.json": {"version": 2}, **entries})


def imported(folder, gsd=1.3, input_gsd=None, **options):
    """A library that holds the database, and its entry there."""
    library = Library(folder / "library")
    more = options.pop("more", ())
    options = {"name": "illustration", "licence": "CC-BY-4.0", **options}
    file = package(folder / "works.zip", gsd, input_gsd, more)
    found = import_background(file, library, Profile(), **options)
    return library, found.entry
