"""A small package made by hand, illustrative: something in every field that a package can have."""

import zipfile
from decimal import Decimal

from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Exchange,
    Flow,
    FlowKind,
    Law,
    Location,
    Package,
    Parameter,
    Process,
    ProcessKind,
    Property,
    Reference,
    ReferenceKind,
    Result,
    Review,
    Uncertainty,
    Unit,
    UnitGroup,
)
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import open_source, read_package, silent


def key(number):
    return f"00000000-0000-4000-8000-{number:012d}"


MASS_UNITS, ENERGY_UNITS, MASS, ENERGY = key(1), key(2), key(11), key(12)
KG, GRAM, MJ = key(101), key(102), key(103)
POWER, COAL, CO2, ASH, HEAT = key(21), key(22), key(23), key(24), key(25)
PLANT, MINE, LANDFILL = key(31), key(32), key(33)
OFFICE, REPORT = key(41), key(42)
CHINA = "20183ca3-0c2c-3fe5-8ab1-93b49a7b7d1f"


def package():
    groups = [
        UnitGroup(
            id=MASS_UNITS,
            names={"en": "Units of mass", "zh": "质量单位"},
            reference=KG,
            units=(
                Unit(KG, "kg", Decimal(1), ("kilogram",), {"en": "Kilogram"}),
                Unit(GRAM, "g", Decimal("0.001")),
            ),
            default_property=MASS,
            category=("Technical unit groups",),
            version="01.00.000",
        ),
        UnitGroup(
            id=ENERGY_UNITS,
            names={"en": "Units of energy"},
            reference=MJ,
            units=(Unit(MJ, "MJ", Decimal(1)),),
        ),
    ]
    properties = [
        Property(id=MASS, names={"en": "Mass", "zh": "质量"}, unit_group=MASS_UNITS),
        Property(id=ENERGY, names={"en": "Energy"}, unit_group=ENERGY_UNITS, economic=True),
    ]
    flows = [
        Flow(
            id=POWER,
            names={"en": "Power; at plant", "zh": "电力; 出厂"},
            documentation={"mixAndLocationTypes": {"en": "at plant", "zh": "出厂"}},
            kind=FlowKind.PRODUCT,
            reference=ENERGY,
            properties={ENERGY: Decimal(1)},
            category=("1:Ores", "17"),
        ),
        Flow(
            id=COAL,
            names={"en": "Coal"},
            kind=FlowKind.PRODUCT,
            reference=MASS,
            properties={MASS: Decimal(1), ENERGY: Decimal("29.3")},
            synonyms=("hard coal", "煤"),
            description={"en": "Dry", "zh": "干基"},
            location=CHINA,
            infrastructure=True,
        ),
        Flow(
            id=CO2,
            names={"und": "Carbon dioxide"},
            kind=FlowKind.ELEMENTARY,
            reference=MASS,
            properties={MASS: Decimal(1)},
            category=("Elementary flows", "Emission to air", "unspecified"),
            cas="124-38-9",
            formula="CO2",
        ),
        Flow(
            id=ASH,
            names={"en": "Ash"},
            kind=FlowKind.WASTE,
            reference=MASS,
            properties={MASS: Decimal(1)},
        ),
        Flow(
            id=HEAT,
            names={"en": "Heat"},
            kind=FlowKind.PRODUCT,
            reference=ENERGY,
            properties={ENERGY: Decimal(1)},
        ),
    ]
    plant = Process(
        id=PLANT,
        names={"en": "Plant; coal", "zh": "电厂"},
        kind=ProcessKind.UNIT,
        exchanges=(
            Exchange(1, POWER, False, Decimal(100), details={"dataSourceType": "Primary"}),
            Exchange(
                2,
                COAL,
                True,
                Decimal(9300),
                unit=GRAM,
                property=MASS,
                provider=MINE,
                uncertainty=Uncertainty(Law.LOGNORMAL, (Decimal(9300), Decimal("1.05"))),
                location=CHINA,
                pedigree="(1;2;3;2;1)",
                base_uncertainty=Decimal("1.02"),
                comment={"en": "As received", "zh": "收到基"},
            ),
            Exchange(3, CO2, False, Decimal("24.5"), formula="carbon * 3.67"),
            Exchange(
                4,
                ASH,
                False,
                Decimal("0.5"),
                uncertainty=Uncertainty(Law.UNIFORM, (Decimal("0.4"), Decimal("0.6"))),
            ),
            Exchange(
                5,
                HEAT,
                False,
                Decimal(30),
                uncertainty=Uncertainty(Law.TRIANGULAR, (Decimal(20), Decimal(30), Decimal(40))),
            ),
            Exchange(
                6,
                HEAT,
                False,
                Decimal(1),
                avoided=True,
                uncertainty=Uncertainty(Law.EMPIRICAL, (Decimal(1), Decimal(2))),
            ),
            Exchange(
                7,
                CO2,
                False,
                Decimal(2),
                uncertainty=Uncertainty(Law.NORMAL, (Decimal(2), Decimal("0.1"))),
            ),
        ),
        reference=1,
        location=CHINA,
        category=("D", "35"),
        version="00.01.002",
        last_change="2026-03-01T08:00:00Z",
        valid_from="2025-01-01",
        valid_until="2027-12-31",
        description={"en": "A plant & its <stack>", "zh": "一座电厂"},
        documentation={
            "technologyDescription": {"en": "Boiler\nand turbine"},
            "samplingDescription": {"zh": "全年"},
        },
        details={"dataGenerator": OFFICE, "creationDate": "2026-02-01", "licenseType": "Other"},
        sources=(REPORT,),
        reviews=(
            Review("Independent external review", {"en": "Fine"}, (OFFICE,), REPORT),
            Review("by a friend"),
        ),
        parameters=(
            Parameter("carbon", Decimal("6.7"), description={"en": "Carbon burnt"}, id="p1"),
            Parameter("twice", Decimal("13.4"), "carbon * 2"),
        ),
        default_allocation=AllocationKind.PHYSICAL,
        allocation=(
            AllocationShare(AllocationKind.PHYSICAL, POWER, Decimal("0.77")),
            AllocationShare(AllocationKind.PHYSICAL, HEAT, Decimal("0.23")),
            AllocationShare(AllocationKind.ECONOMIC, POWER, Decimal(1) / Decimal(3)),
        ),
        tags=("coal", "demonstration"),
        infrastructure=True,
        results=(
            Result(key(51), {"en": "Climate change"}, Decimal("1.25")),
            Result(
                key(52),
                {"en": "Fresh water"},
                Decimal("0.3"),
                "m3",
                key(53),
                module="A1-A3",
                is_input=True,
            ),
        ),
    )
    mine = Process(
        id=MINE,
        names={"en": "Mine"},
        kind=ProcessKind.RESULT,
        exchanges=(Exchange(1, COAL, False, Decimal(1)), Exchange(2, CO2, False, Decimal("1E-7"))),
        reference=1,
    )
    landfill = Process(
        id=LANDFILL,
        names={"zh": "填埋场"},
        kind=ProcessKind.UNIT,
        exchanges=(Exchange(1, ASH, True, Decimal(1)),),
        reference=1,
        details={"typeOfDataSet": "Unit process, single operation"},
    )
    references = [
        Reference(
            id=OFFICE,
            kind=ReferenceKind.ACTOR,
            names={"zh": "测试机构"},
            details={"email": "office@example.org", "country": "CN"},
        ),
        Reference(
            id=REPORT,
            kind=ReferenceKind.SOURCE,
            names={"en": "A report"},
            details={"textReference": "Nobody (2026)", "year": "2026"},
        ),
    ]
    places = [Location(id=CHINA, code="CN", names={"en": "China"}, latitude=Decimal(35))]

    def by_id(entries):
        return {each.id: each for each in sorted(entries, key=lambda each: each.id)}

    return Package(
        format="made",
        names={"zh": "示例", "en": "Example"},
        unit_groups=by_id(groups),
        properties=by_id(properties),
        flows=by_id(flows),
        processes=by_id([plant, mine, landfill]),
        locations=by_id(places),
        references=by_id(references),
        parameters=(Parameter("hours", Decimal(8760)),),
        licence="CC0",
        notice="Keep this sentence.",
    )


def zipped(path, entries):
    """A ZIP archive of entries by name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def zipped_folder(path, folder):
    return zipped(
        path,
        {
            f"ILCD/{each.relative_to(folder).as_posix()}": each.read_bytes()
            for each in sorted(folder.rglob("*.xml"))
        },
    )


def read(path):
    """The package in a file and the report on it."""
    report = Report()
    return read_package(path, report, silent), report


def read_by(room, path):
    """The same without the checks of a whole package, as a data set alone needs it."""
    report = Report()
    with open_source(path) as source:
        assert room.recognises(source)
        return room.read(source, report, silent), report


def written(room, meant, path):
    """A package written by a room, and the report on that."""
    report = Report()
    room.write(meant, path, report, silent, Profile())
    return path, report


def entries(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def codes(report):
    return {finding.code for finding in report}
