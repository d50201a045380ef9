"""What the report of a study must say that no figure depends on: who, when, by which standard.

A report's particulars are no part of the study: they can be filled in, and a reviewer can add a
statement, without a new calculation and without another hash.
"""

from __future__ import annotations

import datetime as dt

from tanyuan.footprint.fields import Document, column


class Particulars(Document):
    """The particulars of a study report (ISO 14067:2018, clause 7; GB/T 24067-2024, report)."""

    number: str = column("Report number", "As the author or the body counts its reports.", "")
    date: dt.date | None = column("Date of the report", "2026-12-31.", None)
    client: str = column("Client", "Who had the study made.", "")
    author: str = column("Author", "Who made the study and the report.", "")
    verifier: str = column("Verifier", "Who verified or reviewed it, if anybody did.", "")
    standard: str = column("Standard", "The standard that the study follows.", "")
    pcr: str = column("Product category rules", "The rules used; or that there are none.", "")
    model: str = column("Model", "Model, type or grade of the product.", "")
    product: str = column("Product described", "What it is, what it consists of, what it does.", "")
    plants: str = column("Plants", "Where the product is made: names and addresses.", "")
    collection: str = column("Data collection", "How the data were collected, and by whom.", "")
    substitutes: str = column(
        "Substitutes", "What stands in for data that could not be had, and why.", ""
    )
    timing: str = column(
        "Timing and storage",
        "When emissions and removals happen, where that is over 10 years after production; "
        "carbon stored in the product.",
        "",
    )
    quality: str = column("Data quality", "How good the data are, in words.", "")
    use_profile: str = column("Use profile", "How the product is used, and on what basis.", "")
    end_of_life: str = column(
        "End-of-life scenario", "What becomes of it afterwards, and on what basis.", ""
    )
    conclusions: str = column("Conclusions", "What the study concludes.", "")
    value_choices: str = column("Value choices", "Choices that rest on values, and why.", "")
    comparison: str = column(
        "Comparison over time", "Any comparison with earlier results of the product.", ""
    )
    review: str = column("Review statement", "Statement of the critical review, if any.", "")


NO_PARTICULARS = Particulars()
"""Nothing stated."""
