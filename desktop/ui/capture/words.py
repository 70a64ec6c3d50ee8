"""Plain words for the steps and for what they lack, translated when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from desktop.domain.conversation import Need, Step
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

_STEPS: Mapping[Step, str] = {
    Step.WHO: T("capture", "Person"),
    Step.NOTICE: T("capture", "Notice"),
    Step.CHOICES: T("capture", "Choices"),
    Step.CONFIRMATION: T("capture", "Confirmation"),
    Step.PHOTO: T("capture", "Pictures"),
    Step.CHECK: T("capture", "Check"),
    Step.RECEIPT: T("capture", "Receipt"),
    Step.PASS: T("capture", "Visitor pass"),
}

_NEEDS: Mapping[Need, str] = {
    Need.NAME: T("capture", "Type the person's name, or tick that it cannot be written."),
    Need.NAME_LONG: T("capture", "The name has more than 200 characters."),
    Need.CONTACT_LONG: T("capture", "The contact has more than 200 characters."),
    Need.NOTE_LONG: T("capture", "The note has more than 2,000 characters."),
    Need.GUARDIAN: T("capture", "Type who decides for the minor."),
    Need.FREE_REASON: T("capture", "Say which other way in the employee has, so that the consent is free."),
    Need.NAMESAKE: T("capture", "Say whether this is somebody who is already enrolled."),
    Need.LANGUAGE: T("capture", "No notice is published in this language. Choose another language."),
    Need.NOTICE_CHANGED: T("capture", "The notice was changed. Show the new text."),
    Need.CHOICES: T("capture", "Every purpose needs an answer: Agree or Refuse."),
    Need.SIGNATURE: T("capture", "The person has not signed yet."),
    Need.TICK: T("capture", "The person has not confirmed yet."),
    Need.WITNESS: T("capture", "Type who heard the person say so."),
    Need.PICTURES: T("capture", "Take at least one picture that can be used."),
    Need.DIFFERENT_PEOPLE: T("capture", "The pictures show different people. Take out those of others."),
    Need.LOOKALIKE: T("capture", "Say whether this is the enrolled person who looks the same."),
    Need.BUSY: T("capture", "Wait until the pictures are checked."),
}


def step(value: Step) -> str:
    return QCoreApplication.translate("capture", _STEPS[value])


def need(value: Need) -> str:
    """One sentence: what is missing, or what to do."""
    return QCoreApplication.translate("capture", _NEEDS[value])


def first_of(needs: Sequence[Need]) -> str:
    """The first one's sentence; empty where nothing is missing."""
    return need(needs[0]) if needs else ""


def every_table() -> tuple[Mapping[Step, str], Mapping[Need, str]]:
    """For the test that no value is without words."""
    return _STEPS, _NEEDS
