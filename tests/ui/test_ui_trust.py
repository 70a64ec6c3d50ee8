"""The page Trust: figures in cards, and the file for the public."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from pypdf import PdfReader

from desktop.domain.trust import TrustPart
from desktop.services.desk import Desk
from desktop.ui.main_window import MainWindow
from desktop.ui.trust import words
from desktop.ui.trust.page import TrustPage
from desktop.vault.key_errors import DatabaseBusy
from tests.helpers.vaults import new_person

Idle = Callable[[], None]


@pytest.fixture
def page(desk: Desk, window: MainWindow, idle: Idle) -> TrustPage:
    desk._vault.people.add_many([new_person(seed) for seed in range(6)])
    window.show_page("trust")
    idle()
    return cast(TrustPage, window.pages["trust"])


def test_every_figure_has_words_and_is_shown(page: TrustPage, desk: Desk) -> None:
    for part, card in page.cards.items():
        assert card.shown, part
        assert all(words.name(each) and words.value(each) for each in card.shown)
    given = page.cards[TrustPart.CONSENTS].shown[0]
    assert (words.name(given), words.value(given)) == ("Consent given", "6")


def test_the_file_for_the_public_is_written(page: TrustPage, idle: Idle, tmp_path: Path) -> None:
    target = tmp_path / "trust.pdf"
    page.export_to(str(target))
    idle()
    assert str(target) in page.notice.text()
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(target).pages)
    assert "Consent given" in text
    assert "fewer than 5" in text
    assert len(PdfReader(target).pages) <= 2


def test_what_the_vault_refuses_is_told_and_can_be_tried_again(
    page: TrustPage, desk: Desk, idle: Idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> object:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.consent_register, "states", refused)
        page.reload()
        idle()
        assert page.notice.action.isVisible()
    page.notice.action.click()
    idle()
    assert not page.notice.isVisible()
