"""What data sets of ecoSpold 1 say beside their exchanges: texts, period, sources, persons."""

from __future__ import annotations

from tanyuan.backgrounds.package import ReferenceKind, Review, Texts, no_texts
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ecospold.catalogue import Catalogue, derived
from tanyuan.formats.ecospold.documents import either, stated
from tanyuan.formats.ilcd.nodes import Node, Notes, has_chinese
from tanyuan.languages import Message

_INFORMATION = "metaInformation/processInformation"
_MODELLING = "metaInformation/modellingAndValidation"
_ADMINISTRATION = "metaInformation/administrativeInformation"
_TEXTS = {
    "technologyDescription": (f"{_INFORMATION}/technology", "@text"),
    "geographyDescription": (f"{_INFORMATION}/geography", "@text"),
    "includedProcesses": (f"{_INFORMATION}/referenceFunction", "@includedProcesses"),
    "samplingDescription": (f"{_MODELLING}/representativeness", "@samplingProcedure"),
    "extrapolations": (f"{_MODELLING}/representativeness", "@extrapolations"),
    "uncertaintyAdjustments": (f"{_MODELLING}/representativeness", "@uncertaintyAdjustments"),
    "productionVolume": (f"{_MODELLING}/representativeness", "@productionVolume"),
}
_DETAILS = (
    (f"{_INFORMATION}/referenceFunction", ("statisticalClassification", "infrastructureIncluded")),
    (f"{_INFORMATION}/dataSetInformation", ("energyValues", "internalVersion")),
    (f"{_INFORMATION}/timePeriod", ("dataValidForEntirePeriod",)),
    (f"{_MODELLING}/representativeness", ("percent",)),
    (f"{_ADMINISTRATION}/dataEntryBy", ("qualityNetwork",)),
    (
        f"{_ADMINISTRATION}/dataGeneratorAndPublication",
        *(
            (
                *("dataPublishedIn", "accessRestrictedTo", "companyCode", "countryCode"),
                "pageNumbers",
            ),
        ),
    ),
)
_SOURCE = (
    *("sourceType", "firstAuthor", "additionalAuthors", "year", "pageNumbers", "nameOfEditors"),
    *("titleOfAnthology", "placeOfPublications", "publisher", "journal", "volumeNo", "issueNo"),
)
_PERSON = ("address", "telephone", "telefax", "email", "companyCode", "countryCode")


class Spoken:
    """The languages of a data set: English and German where it names none."""

    def __init__(self, main: str, local: str, notes: Notes) -> None:
        self._main, self._local, self._notes = main, local or "de", notes

    def texts(self, text: str, local: str = "") -> Texts:
        """A text, and the same in the local language where that is another."""
        found = {self._language(text): text} if text else {}
        if local and local != text and self._local not in found:
            found[self._local] = local
        return found or no_texts()

    def _language(self, text: str) -> str:
        if not has_chinese(text):
            return self._main or "en"
        if not self._main:
            return "zh"
        if self._main == "en":
            self._notes.tell(
                "language-mixed",
                Act.KEPT,
                "languageCode",
                Message("The text is marked as English and has Chinese characters."),
                Message("Give the Chinese as a text of its own, marked zh."),
            )
        return self._main


class Documentation:
    """What a data set says beside its exchanges."""

    def __init__(self, root: Node, spoken: Spoken, catalogue: Catalogue) -> None:
        self._catalogue, self._spoken = catalogue, spoken
        self.texts = {
            key: spoken.texts(text)
            for key, (path, name) in _TEXTS.items()
            if (text := root.node(path).text(name))
        }
        self.details: dict[str, str] = {}
        for path, names in _DETAILS:
            self.details.update(stated(root.node(path), names))
        if number := root.text("@number"):
            self.details["dataSetNumber"] = number
        about = root.node(f"{_INFORMATION}/dataSetInformation")
        self.version = about.text("@version")
        self.last_change = about.text("@timestamp") or root.text("@timestamp")
        # It tells what the exchanges show.
        about.text("@impactAssessmentResult")
        root.text("@timestamp")
        for name in ("@generator", "@internalSchemaVersion"):
            root.text(name)
        self.period = self._period(root.node(f"{_INFORMATION}/timePeriod"))
        sources = self._sources(root)
        persons = self._persons(root)
        self.sources = tuple(sources.values())
        self.reviews = self._reviews(root, persons)
        self._publication(root, sources, persons)

    def _period(self, node: Node) -> tuple[str, str]:
        found = []
        for edge in ("start", "end"):
            told = [either(node, f"{edge}{name}") for name in ("Date", "YearMonth", "Year")]
            found.append(next(filter(None, told), ""))
        if text := node.text("@text") or node.text("#text"):
            self.texts["timeDescription"] = self._spoken.texts(text)
        return found[0], found[1]

    def _sources(self, root: Node) -> dict[str, str]:
        """Ids of the sources by their numbers in the data set."""
        found: dict[str, str] = {}
        nodes = root.node(_MODELLING).nodes("source")
        nodes += root.node("metaInformation/sources").nodes("source")
        for node in nodes:
            number = node.text("@number") or node.text("@sourceNumber")
            title, text = node.text("@title"), node.text("@text")
            details = stated(node, _SOURCE)
            key = derived("source", title, text, *details.values())
            name = title or " ".join(
                filter(None, (details.get("firstAuthor"), details.get("year")))
            )
            if text:
                details["text"] = text
            self._catalogue.reference(
                key, ReferenceKind.SOURCE, self._spoken.texts(name or text), details
            )
            found[number] = key
        return found

    def _persons(self, root: Node) -> dict[str, str]:
        """Ids of the persons by their numbers in the data set."""
        found: dict[str, str] = {}
        for node in root.node(_ADMINISTRATION).nodes("person"):
            number, name = node.text("@number"), node.text("@name")
            details = stated(node, _PERSON)
            key = derived("person", name, *details.values())
            self._catalogue.reference(key, ReferenceKind.ACTOR, self._spoken.texts(name), details)
            found[number] = key
        return found

    def _reviews(self, root: Node, persons: dict[str, str]) -> tuple[Review, ...]:
        node = root.node(f"{_MODELLING}/validation")
        said = [node.text("@proofReadingDetails"), node.text("@otherDetails")]
        reviewer = persons.get(node.text("@proofReadingValidator"), "")
        if not any(said) and not reviewer:
            return ()
        return (
            Review(
                details=self._spoken.texts("\n".join(filter(None, said))),
                reviewers=tuple(filter(None, (reviewer,))),
            ),
        )

    def _publication(self, root: Node, sources: dict[str, str], persons: dict[str, str]) -> None:
        entered = root.node(f"{_ADMINISTRATION}/dataEntryBy")
        node = root.node(f"{_ADMINISTRATION}/dataGeneratorAndPublication")
        for key, given, known in (
            ("dataDocumentor", entered.text("@person"), persons),
            ("dataGenerator", node.text("@person"), persons),
            ("publication", node.text("@referenceToPublishedSource"), sources),
        ):
            if given in known:
                self.details[key] = known[given]
            elif given:
                node.notes.tell(
                    "missing-document",
                    Act.DROPPED,
                    f"administrativeInformation/{key}",
                    Message("It names a source or person that the data set does not list."),
                )
        protected = node.text("@copyright") in {"true", "1"}
        if protected:
            self.details["isCopyrightProtected"] = "true"
        if protected or self.details.get("accessRestrictedTo", "0") != "0":
            self._catalogue.count("copyright")
