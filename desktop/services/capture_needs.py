"""What a conversation must have before it is recorded, whoever it is with."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.capture import needs, outdated
from desktop.domain.consent_proof import Method
from desktop.domain.controller import Controller
from desktop.domain.conversation import Around, Conversation, Need, Step
from desktop.domain.notices import Notice
from desktop.services.capture_errors import ControllerUnknown, NoticeMissing, NoticeOutdated
from desktop.services.controller import ControllerService
from desktop.services.receipt_errors import NoticeDamaged
from desktop.vault.notices import intact
from desktop.vault.vault import Vault

_SAID = (Step.WHO, Step.NOTICE, Step.CHOICES, Step.CONFIRMATION)


def needed_notice(vault: Vault) -> Notice:
    """The one in force. Raises NoticeMissing; NoticeDamaged: nobody is asked by a text that was not published."""
    notice = vault.notices.published()
    if notice is None:
        raise NoticeMissing
    if not all(intact(notice, language, shown) for language, shown in notice.hashes.items()):
        raise NoticeDamaged
    return notice


def shown_notice(vault: Vault, talk: Conversation) -> Notice:
    """The same, which the person must have read. Raises as `needed_notice`, NoticeOutdated."""
    notice = needed_notice(vault)
    if outdated(talk, notice):
        raise NoticeOutdated
    return notice


def needed_controller(controller: ControllerService) -> Controller:
    """Raises ControllerUnknown."""
    if controller.current is None:
        raise ControllerUnknown
    return controller.current


def lacking(talk: Conversation, notice: Notice, method: Method, *, upto: Step = Step.CONFIRMATION) -> tuple[Need, ...]:
    """What the steps up to this one lack; that somebody has the same name was asked in its step."""
    steps = _SAID[: _SAID.index(upto) + 1]
    around = Around(notice, method)
    return tuple(need for step in steps for need in needs(replace(talk, step=step), around))
