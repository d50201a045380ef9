"""A small export, written by hand after the layout of SimaPro 9: its figures are made up."""

HEADER = """{SimaPro 9.1.0.7}
{processes}
{Date: 13.10.2021}
{Project: Small works}
{CSV separator: Semicolon}
{Decimal separator: ,}
{Date separator: .}
{Short date format: dd.MM.yyyy}
{Library 'Methods'}
"""

STEEL = """
Process

Category type
material

Process identifier
Works0001

Process name
Rolling

Time period
2019-2021

Geography
Mixed data

Multiple output allocation
Socio-economic causality

Infrastructure
No

Date
24.02.2020

Literature references
Handbook;page 7
Other book;

Comment
first line\x7fsecond line

Products
Sheet {CN}| rolled;kg;1;90,5;Steel;Metals\\Steel;the sheet
Scale;ton;0,002;9,5;not defined;Metals\\Waste;

Avoided products
Ore;kg;0,1;Undefined;0;0;0;

Resources
Water, river;in water;m3;0,5;Undefined;0;0;0;

Materials/fuels
Slab;ton;0,00105;Lognormal;1,21;0;0;(2,1,3,1,1,na)\x7fmeasured

Electricity/heat
Power {CN};kWh;share*(base+0,5);Normal;0,2;0;0;

Emissions to air
Carbon dioxide, fossil;low. pop.;kg;0,3;Triangle;0;0,2;0,4;
Carbon dioxide, fossil;;g;2;Uniform;0;1;3;
Methane;;kg;1;Lognormal;0,5;0;0;

Final waste flows
Slag;;kg;0,01;Undefined;0;0;0;

Waste to treatment
Landfill of dust;kg;0,02;Undefined;0;0;0;

Input parameters
share;0,25;Uniform;0;0,2;0,3;No;of the mix

Calculated parameters
base;"Iff(plant>1; plant*1,5; 0)";

End
"""

LANDFILL = """
Process

PlatformId
298F6B5C-46F5-11EC-81D3-0242AC130003

Category type
waste treatment

Type
System

Waste treatment
Landfill of dust;kg;1;All waste types;Landfill;

Emissions to air
Methane;;kg;0,004;Undefined;0;0;0;

End
"""

SCENARIO = """
Process

Category type
waste scenario

Process identifier
Works0003

Waste scenario
Waste of households;kg;2;All waste types;Others;

Separated waste
Landfill of dust;All waste types;90;
Paper mill;Paper;50;

Remaining waste
Furnace;;100;

End
"""

TABLES = """
Literature reference

Name
Handbook

Documentation link
https://example.org/handbook

Category
Others

Description
A book.

End

Quantities
Mass;Yes

End

Units
kg;Mass;1;kg
g;Mass;0,001;kg
ton;Mass;1000;kg
bushel of ore;Mass;27,21;kg
kWh;Energy;3,6;MJ
MJ;Energy;1;MJ
m3;Volume;1;m3

End

Airborne emissions
Carbon dioxide, fossil;kg;000124-38-9;Formula: CO2;DBE27C73-9DF4-4F21-B2EB-A0CE1FE87A4B
Methane;kg;000074-82-;;

End

Database Input parameters
plant;1;Undefined;0;0;0;No;

End

Project Input parameters
plant;2;Undefined;0;0;0;No;of this project

End
"""

WHOLE = HEADER + STEEL + LANDFILL + SCENARIO + TABLES


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path
