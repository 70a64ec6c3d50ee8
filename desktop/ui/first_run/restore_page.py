"""Restoring a backup: which one, and afterwards what came back and what did not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.backups import RestoreReport
from desktop.ui.widgets.basic import button, column, frame, label, row, rule, symbol
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_file, ask_folder, path_field


class RestorePage(QWidget):
    """Emits `chosen` with the backup's folder, the file with the keys ("": beside it), and whether a passphrase is to
    lock the keys; or `left`."""

    chosen = Signal(str, str, bool)
    left = Signal()

    def __init__(self, *, with_place: bool, parent: QWidget | None = None) -> None:
        """`with_place`: this computer has no keys of a desk yet, so it is asked where they are to be kept."""
        super().__init__(parent)
        self.folder, self.keys = QLineEdit(), QLineEdit()
        self.passphrase = CheckLine(self.tr("Lock the keys with a passphrase instead of this computer's keyring"))
        self.passphrase.setVisible(with_place)
        self.notice = Notice()
        self.go_on = button(self.tr("Go on"), self._confirm, look="primary")
        self.back = button(self.tr("Back"), self.left.emit, icon="left")
        self._build()
        self.folder.textChanged.connect(self._follow)
        self._follow()

    def enter(self) -> None:
        self.folder.setFocus()

    def complain(self, problem: str) -> None:
        """Say why it did not work; what was typed stays."""
        self.notice.say(problem, Tone.ATTENTION)
        self.enter()

    def _build(self) -> None:
        choose = button(self.tr("Choose ..."), self._choose_folder, icon="folder")
        choose_keys = button(self.tr("Choose ..."), self._choose_keys, icon="key")
        lead = self.tr("A backup is a folder that holds vault.db and manifest.json. Have your recovery sheet at hand.")
        beside = self.tr("Leave it empty to use the companion.bin beside the backup: the newest one is best.")
        title = row(symbol("backup", "text", 28), label(self.tr("Restore from a backup"), "title"), None, gap=12)
        words = column(
            title,
            label(lead, "muted", wrap=True),
            self.notice,
            path_field(self.tr("Folder of the backup"), self.folder, choose),
            column(
                path_field(self.tr("File with the keys"), self.keys, choose_keys), label(beside, "small", wrap=True)
            ),
            self.passphrase,
            4,
            row(self.go_on, self.back, None, gap=12),
            gap=14,
            margins=(28, 28, 28, 24),
        )
        card = frame("card", words)
        card.setFixedWidth(640)
        self.setLayout(column(None, row(None, card, None), None, margins=(24, 24, 24, 24)))
        self.setAccessibleName(self.tr("Restore from a backup"))
        for edit in (self.folder, self.keys):
            edit.returnPressed.connect(self._confirm)

    def _choose_folder(self) -> None:
        ask_folder(self, self.tr("Folder of the backup"), self.folder.setText)

    def _choose_keys(self) -> None:
        ask_file(self, self.tr("File with the keys"), self.keys.setText)

    def _follow(self) -> None:
        self.go_on.setEnabled(bool(self.folder.text().strip()))

    def _confirm(self) -> None:
        if self.go_on.isEnabled():
            self.chosen.emit(self.folder.text().strip(), self.keys.text().strip(), self.passphrase.box.isChecked())


class ReportPage(QWidget):
    """What a restore did, and the way into the desk."""

    confirmed = Signal()

    def __init__(self, report: RestoreReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = button(self.tr("Open the desk"), self.confirmed.emit, look="primary")
        good = report.audit_intact
        icon = symbol("check" if good else "warning", "calm" if good else "attention", 32)
        from desktop.ui import texts  # stands on rooms that the start window does without

        lead = self.tr("The backup of {at} is in place.").format(at=texts.moment(report.made_at))
        lines = column(*(label(text, wrap=True, selectable=True) for text in self._lines(report)), gap=8)
        warnings = column(*(label(text, "strong", wrap=True) for text in self._warnings(report)), gap=8)
        heading = label(self.tr("Restored"), "title")
        words = column(
            heading, label(lead, "muted", wrap=True), warnings, rule(), lines, 8, row(self.open, None), gap=12
        )
        inside = row(icon, words, gap=20, margins=(28, 28, 28, 24))
        inside.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        inside.setStretch(1, 1)
        card = frame("card", inside)
        card.setFixedWidth(640)
        self.setLayout(column(None, row(None, card, None), None, margins=(24, 24, 24, 24)))
        self.setAccessibleName(self.tr("Restored"))

    def _lines(self, report: RestoreReport) -> list[str]:
        back = report.came_back
        lines = [
            self.tr("Came back: {people} people, {sightings} sightings, {cameras} cameras.").format(
                people=back.get("people", 0), sightings=back.get("sightings", 0), cameras=back.get("cameras", 0)
            ),
            self.tr("Erased again, because they were erased after the backup: {count}.").format(
                count=report.erased_again
            ),
        ]
        missing = {name: report.missing.get(name, 0) for name in ("people", "sightings")}
        if any(missing.values()):
            lines.append(self.tr("Missing since the backup: {people} people, {sightings} sightings.").format(**missing))
        if report.destinations_added:
            words = self.tr(
                "Backup destinations added after the backup are in the list again: {paths}. Check them there."
            )
            lines.append(words.format(paths=", ".join(report.destinations_added)))
        if report.moved_aside is not None:
            lines.append(self.tr("The former desk lies in {folder}.").format(folder=report.moved_aside))
        lines.append(self.tr("Signing key {key}: compare it with the site's notice.").format(key=report.signer))
        return lines

    def _warnings(self, report: RestoreReport) -> list[str]:
        said = []
        if not report.audit_intact:
            said.append(self.tr("The audit log that came back is not the one that is known of this desk: verify it."))
        if report.unlisted is not None:
            text = self.tr(
                "Erasures do not reach {folder}, where this backup lies: it is none of the desk's destinations. Add it "
                "on the page Backup, or destroy its companion.bin."
            )
            said.append(text.format(folder=report.unlisted))
        if report.unreadable:
            text = self.tr("People without a key, who were deleted: {count}. Enrol them again.")
            said.append(text.format(count=report.unreadable))
        if report.operators_lost:
            text = self.tr("Operators without a key, to be made anew: {count}.")
            said.append(text.format(count=report.operators_lost))
        return said
