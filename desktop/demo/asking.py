"""The conversation with somebody of the demo site. Nobody was asked, and the record says so."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from desktop.demo.roster import DemoPerson
from desktop.domain.capture import choose, confirm, show
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Confirmation, Conversation, Step, Who
from desktop.domain.notices import Notice
from desktop.domain.people import PersonDetails
from desktop.domain.purposes import RECOGNITION

_TEXT = "Demo site: nobody was asked, the pictures are samples."
_WITNESS = "Demo site"
_FREE_REASON = "Demo site: the door opens with a badge as well."
_LANGUAGE = "en"


def agreed_by(person: DemoPerson, talk: Conversation, notice: Notice, method: Method) -> Conversation:
    """`talk` at its step PHOTO: recognition agreed to, and whatever nobody is enrolled without; nothing else.

    Raises KeyError if the notice has no English text.
    """
    who = Who(PersonDetails(person.name, person.kind), free_reason=_FREE_REASON, another=True)
    talk = show(replace(talk, who=who, step=Step.PHOTO), notice, _LANGUAGE)
    for purpose in notice.purposes:
        talk = choose(talk, purpose.key, agreed=purpose.key == RECOGNITION or not purpose.optional)
    return confirm(talk, Confirmation(method, _TEXT, _signature(person.name), ticked=True, witness=_WITNESS))


def _signature(name: str) -> bytes:
    """The invented name in a plotter's hand, as PNG."""
    paper = np.full((120, 480), 255, np.uint8)
    cv2.putText(paper, name, (20, 75), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.2, 0, 2, cv2.LINE_AA)
    return cv2.imencode(".png", paper)[1].tobytes()
