"""Where a camera's pictures come from: kind, and the fields that kind needs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox, QStackedWidget, QWidget

from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.ui import texts
from desktop.ui.cameras.address import join_credentials, split_credentials
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.number import with_room
from desktop.ui.widgets.path import ask_file, ask_folder, path_field
from desktop.ui.widgets.segments import Segments

_PAGES = (SourceKind.USB, SourceKind.RTSP, SourceKind.VIDEO, SourceKind.FOLDER)
_LARGEST_DEVICE = 99


class SourceForm(QWidget):
    """Edits a SourceSpec. A stored password is never shown: the address comes back as it was shown, to keep it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved: SourceSpec | None = None
        short = {
            SourceKind.USB: (self.tr("USB"), "usb"),
            SourceKind.RTSP: (self.tr("Network"), "network"),
            SourceKind.VIDEO: (self.tr("Video"), "video"),
            SourceKind.FOLDER: (self.tr("Folder"), "folder"),
        }
        choices = [(kind, short[kind][0], texts.kind(kind), short[kind][1]) for kind in _PAGES]
        self.kind: Segments[SourceKind] = Segments(self.tr("Kind of camera"), choices, wide=True)
        self.device = with_room(QSpinBox())
        self.device.setRange(0, _LARGEST_DEVICE)
        self.url = QLineEdit()
        self.url.setPlaceholderText("rtsp://192.168.1.20:554/stream")
        self.user = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.video = QLineEdit()
        self.folder = QLineEdit()
        self.loop_video = QCheckBox(self.tr("Start again at the end"))
        self.loop_folder = QCheckBox(self.tr("Start again after the last picture"))
        self._kept = label("", "small", wrap=True)
        self._pages = QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        for box in (self.loop_video, self.loop_folder):
            box.setChecked(True)
        secret = row(Field(self.tr("User"), self.user), Field(self.tr("Password"), self.password), gap=12)
        choose_video = button(self.tr("Choose ..."), self._ask_video)
        choose_video.setAccessibleName(self.tr("Choose a video file"))
        choose_folder = button(self.tr("Choose ..."), self._ask_folder)
        choose_folder.setAccessibleName(self.tr("Choose a folder"))
        usb_help = self.tr("0 is the first camera of this computer, 1 the second.")
        pages = (
            column(Field(self.tr("Device number"), self.device, usb_help), None),
            column(Field(self.tr("Address"), self.url), secret, self._kept, None, gap=12),
            column(path_field(self.tr("Video file"), self.video, choose_video), self.loop_video, None),
            column(path_field(self.tr("Picture folder"), self.folder, choose_folder), self.loop_folder, None),
        )
        for layout in pages:
            page = QWidget()
            page.setLayout(layout)
            self._pages.addWidget(page)
        self.setLayout(column(self.kind, self._pages, gap=14))

    def _connect(self) -> None:
        self.kind.changed.connect(self._on_kind)
        self.device.valueChanged.connect(self.changed)
        for edit in (self.url, self.user, self.password, self.video, self.folder):
            edit.textChanged.connect(self.changed)
        for box in (self.loop_video, self.loop_folder):
            box.toggled.connect(self.changed)
        self.url.editingFinished.connect(self._take_out_credentials)
        self.url.textChanged.connect(self._tell_kept)
        self.user.textChanged.connect(self._tell_kept)

    def fill(self, source: SourceSpec) -> None:
        """Show a stored source, without its credentials."""
        self._saved = source
        self.kind.choose(source.kind)
        self._on_kind(source.kind)
        match source.kind:
            case SourceKind.USB:
                self.device.setValue(int(source.address) if source.address.isdigit() else 0)
            case SourceKind.RTSP:
                self.url.setText(source.shown)
            case SourceKind.VIDEO:
                self.video.setText(source.address)
                self.loop_video.setChecked(source.loop)
            case SourceKind.FOLDER:
                self.folder.setText(source.address)
                self.loop_folder.setChecked(source.loop)
        self._tell_kept()

    def source(self) -> SourceSpec:
        """The typed source; without new credentials and with the address as it was shown, the service keeps the old."""
        kind = self.kind.value()
        fps = self._saved.fps if self._saved is not None and self._saved.kind is kind else 0.0
        match kind:
            case SourceKind.USB:
                return SourceSpec(kind, str(self.device.value()), fps=fps)
            case SourceKind.RTSP:
                address, user, password = split_credentials(self.url.text().strip())
                user, password = self.user.text() or user, self.password.text() or password
                return SourceSpec(kind, join_credentials(address, user, password), fps=fps)
            case SourceKind.VIDEO:
                return SourceSpec(kind, self.video.text().strip(), self.loop_video.isChecked(), fps)
            case SourceKind.FOLDER:
                return SourceSpec(kind, self.folder.text().strip(), self.loop_folder.isChecked(), fps)

    def problem(self) -> str:
        """What is missing, as a sentence; empty when the source is complete."""
        kind = self.kind.value()
        if kind is SourceKind.RTSP and not self.url.text().strip().lower().startswith(("rtsp://", "rtsps://")):
            return self.tr("Type the camera's address; it begins with rtsp:// or rtsps://.")
        if kind is SourceKind.RTSP and self.password.text() and not self.user.text():
            return self.tr("Type the user name that belongs to the password.")
        if kind is SourceKind.VIDEO and not self.video.text().strip():
            return self.tr("Choose a video file.")
        if kind is SourceKind.FOLDER and not self.folder.text().strip():
            return self.tr("Choose a folder of pictures.")
        return ""

    def _on_kind(self, kind: SourceKind) -> None:
        self._pages.setCurrentIndex(_PAGES.index(kind))
        self.changed.emit()

    def _take_out_credentials(self) -> None:
        """Somebody pasted an address with its password: it moves to where it is not shown."""
        address, user, password = split_credentials(self.url.text().strip())
        if user or password:
            self.url.setText(address)
            self.user.setText(user)
            self.password.setText(password)

    def _tell_kept(self) -> None:
        saved = self._saved
        if saved is None or saved.kind is not SourceKind.RTSP or saved.address == saved.shown:
            self._kept.setText(self.tr("User and password are stored in the vault and never shown again."))
        elif self.url.text().strip() == saved.shown and not self.user.text():
            self._kept.setText(self.tr("A user and password are stored. Type new ones to replace them."))
        else:
            self._kept.setText(self.tr("The stored user and password will be replaced by what you type here."))

    def _ask_video(self) -> None:
        ask_file(self, self.tr("Choose a video file"), self.video.setText)

    def _ask_folder(self) -> None:
        ask_folder(self, self.tr("Choose a folder"), self.folder.setText)
