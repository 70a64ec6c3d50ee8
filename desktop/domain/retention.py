"""What is kept, for how long, and why it goes (GDPR 5(1)(e))."""

from __future__ import annotations

from enum import StrEnum


class Kept(StrEnum):
    """What is kept, as the rules of retention tell it apart."""

    STRANGERS = "strangers"  # sightings of nobody enrolled: a time and a place
    SIGHTINGS = "sightings"  # of enrolled people
    PHOTOS = "photos"
    PEOPLE = "people"  # a person with everything about them
    ARCHIVE = "archive"  # what proves a consent that has ended
    DRAFTS = "drafts"  # conversations about consent that nobody finished
    PASSES = "passes"  # of visitors
    AUDIT = "audit"
