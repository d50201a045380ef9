"""Long tasks of studies: reading an uploaded file into a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tanyuan.backgrounds.profile import Key, Profile, read_profile
from tanyuan.formats.background_import import import_background
from tanyuan.formats.files import read_study
from tanyuan.languages import Message
from tanyuan.server.base import audit, files, jobs
from tanyuan.server.base.models import Job, StoredFile
from tanyuan.server.factorbase.backgrounds import factors_for, shelf
from tanyuan.server.people.models import Organisation, Person
from tanyuan.server.studies import actions
from tanyuan.server.studies.models import Revision, StudyRecord


@jobs.task("study.import")
def import_study(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Read a file and start a study with it, or add a revision to one.

    Arguments of the job: `file`; `study` and `based_on` for a revision; `product` of a new study.
    A repeated job finds its own revision and makes no second one.
    """
    actor = Person.objects.get(pk=job.person)
    stored = StoredFile.objects.get(pk=job.arguments["file"])
    done = Revision.objects.filter(file=stored).select_related("study").first()
    if done is not None:
        return _result(done)
    progress.tell(0.1, Message("Reading the file"))
    read = read_study(files.content(stored), stored.name)
    progress.tell(0.6, Message("Calculating"))
    read.calculate(samples=0, library=factors_for(job.owner))
    progress.tell(0.9, Message("Saving"))
    if job.arguments.get("study"):
        study = StudyRecord.objects.get(pk=job.arguments["study"])
        revision = actions.revise(
            actor=actor,
            study=study,
            document=read.study,
            based_on=int(job.arguments["based_on"]),
            file=stored,
            particulars=read.particulars,
        )
    else:
        organisation = Organisation.objects.get(pk=job.owner)
        wanted = [job.arguments["product"]] if job.arguments.get("product") else []
        product = organisation.products.filter(pk__in=wanted).first()
        study = actions.start_study(
            actor=actor,
            organisation=organisation,
            document=read.study,
            product=product,
            file=stored,
            particulars=read.particulars,
        )
        revision = study.latest
    return {**_result(revision), "notices": [str(notice) for notice in read.notices]}


@jobs.task("background.import")
def import_database(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Read, link and solve a process database for an organisation.

    Arguments of the job: `file`, `profile` (a file too, or empty), and `name`, `licence`,
    `allocation`, `shareable` of what it makes.
    What was imported before is recognised by its hash.
    """
    stored = StoredFile.objects.get(pk=job.arguments["file"])
    asked = job.arguments
    with TemporaryDirectory() as folder:
        file = Path(folder) / stored.name
        files.fetch(stored, file)
        found = import_background(
            file, shelf(job.owner), _choices(asked), name=asked["name"],
            licence=asked["licence"], shareable=asked["shareable"], progress=_seldom(progress),
        )  # fmt: skip
    if not found.known:
        organisation = Organisation.objects.get(pk=job.owner)
        audit.record(
            actions.IMPORTED, actor=Person.objects.get(pk=job.person), subject=organisation,
            organisation=organisation, name=found.entry.name,
        )  # fmt: skip
    return {"background": found.entry.folder.name}


def _choices(asked: Mapping[str, Any]) -> Profile:
    """The choices of an earlier import, with other allocation keys where some are named."""
    profile = Profile()
    if asked.get("profile"):
        stored = StoredFile.objects.get(pk=asked["profile"])
        profile = read_profile(files.content(stored), stored.name)
    keys = tuple(Key(word) for word in asked["allocation"].split(",") if word)
    return replace(profile, keys=keys) if keys else profile


def _seldom(progress: jobs.Progress) -> Callable[[float, Message], None]:
    """Tell only steps of a hundredth, each of which asks the database."""
    last = [-1.0]

    def tell(done: float, what: Message) -> None:
        if done - last[0] >= 0.01:
            last[0] = done
            progress.tell(done, what)

    return tell


def _result(revision: Revision) -> dict[str, Any]:
    return {"study": str(revision.study_id), "revision": revision.number}
