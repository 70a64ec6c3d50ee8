"""The desk checks a receipt or a pass: its code typed, scanned, or held to a camera."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.code_verdict import CodeFinding, CodeVerdict
from desktop.domain.desk_codes import CodeKind
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId, PassId, PersonId
from desktop.services.desk import Desk
from desktop.ui.errors import error_text
from desktop.ui.papers import words
from desktop.ui.widgets.basic import button, column, holding, label, row, set_text
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.live_preview import PreviewFeed
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.picture import PictureView

_WIDTH = 680
_AGAIN_MS = 100  # from one answer of the reader to the next question; the reader itself bounds the rate


class CodeCheckDialog(Dialog):
    """`on_person` gets the person of a receipt that the operator wants to see, `on_withdraw` the one who takes the
    consent back, `on_own` the one who does so on the visitor's screen."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        on_person: Callable[[PersonId], object],
        on_withdraw: Callable[[PersonId], object],
        on_own: Callable[[PersonId], object],
        parent: QWidget | None,
    ) -> None:
        super().__init__(self.tr("Check a receipt or a pass"), parent)
        self._desk = desk
        self._tasks = tasks
        self._asked: TaskHandle[CodeFinding] | None = None
        self._reading: TaskHandle[str | None] | None = None
        self.finding: CodeFinding | None = None
        self.code = QLineEdit()
        self.check = button(self.tr("Check"), self._check_typed, look="primary")
        self.cameras = QComboBox()
        self.look = button(self.tr("Read with the camera"), self._toggle, icon="cameras")
        self.preview = PictureView(self.tr("Masked picture of the camera"), self.tr("Waiting for the camera ..."))
        self.notice = Notice()
        self.show_person = button(self.tr("Show the person"), lambda: self._hand_over(on_person), icon="person")
        self.withdraw = button(self.tr("Take back the consent"), lambda: self._hand_over(on_withdraw), icon="withdraw")
        self.own = button(
            self.tr("On the visitor's screen ..."),
            lambda: self._hand_over(on_own),
            tip=self.tr("The person takes consents back themselves"),
        )
        self.revoke = button(self.tr("Take the pass back"), self._revoke, look="danger")
        self.close_button = button(self.tr("Close"), self.reject)
        self._feed = PreviewFeed(desk.live.presenter, 480, 270, self)
        self._feed.picture.connect(self.preview.show_pixels)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._read)
        self._build()
        self.code.returnPressed.connect(self._check_typed)
        self.code.textEdited.connect(self._forget)
        self.cameras.currentIndexChanged.connect(self._stop)
        self.code.setFocus()

    def _build(self) -> None:
        for camera in self._desk.live.cameras():
            self.cameras.addItem(camera.name, camera.id)
        typed = row(
            Field(
                self.tr("Code"),
                self.code,
                self.tr("Scan the QR code with a hand scanner, or type the text that begins with CSR1 or CSP1."),
            ),
            self.check,
            gap=12,
        )
        typed.setStretch(0, 1)
        typed.setAlignment(self.check, Qt.AlignmentFlag.AlignVCenter)
        self.preview.setMinimumHeight(200)
        self.preview.hide()
        seen = row(Field(self.tr("Camera"), self.cameras), self.look, gap=12)
        seen.setStretch(0, 1)
        seen.setAlignment(self.look, Qt.AlignmentFlag.AlignBottom)
        self._seen = holding(seen)
        self._no_camera = label(self.tr("No camera is running that could read the code."), "small")
        self.set_cameras(self.cameras.count() > 0)
        for act in (self.show_person, self.withdraw, self.own, self.revoke):
            act.hide()
        acts = row(self.show_person, self.withdraw, self.own, None, gap=8)
        body = column(typed, self._seen, self._no_camera, self.preview, self.notice, acts, None, gap=14)
        self.fill(body, row(self.revoke, None, self.close_button, gap=12))
        self.fit(_WIDTH)

    def set_cameras(self, running: bool) -> None:
        """Whether there is a camera to read with."""
        self._seen.setVisible(running)
        self._no_camera.setVisible(not running)

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    def _check_typed(self) -> None:
        if self.code.text().strip():
            self.ask(self.code.text())

    def ask(self, text: str) -> None:
        """Check a code, in a worker; what was asked before no longer matters."""
        self._forget()
        passes = text.strip().startswith(CodeKind.PASS)
        service = self._desk.passes if passes else self._desk.receipts
        self._asked = self._tasks.run(lambda _: service.check(text), self._tell, self._fail, owner=self)

    def _forget(self) -> None:
        if self._asked is not None:
            self._asked.forget()
        self.finding = None
        self.notice.clear()
        for act in (self.show_person, self.withdraw, self.own, self.revoke):
            act.hide()

    def _tell(self, finding: CodeFinding) -> None:
        self.finding = finding
        self.notice.say(*words.verdict(finding))
        for act in (self.show_person, self.withdraw, self.own):
            act.setVisible(finding.person_id is not None)
        self.revoke.setVisible(finding.kind is CodeKind.PASS and finding.verdict is CodeVerdict.VALID)
        self.fit(_WIDTH)
        self.code.selectAll()
        self.code.setFocus()

    def _fail(self, error: ConsentryError) -> None:
        self._stop()
        self.notice.say(error_text(error).whole, Tone.DANGER)
        self.fit(_WIDTH)

    def _hand_over(self, take: Callable[[PersonId], object]) -> None:
        if self.finding is not None and self.finding.person_id is not None:
            take(self.finding.person_id)
            self.accept()

    def _revoke(self) -> None:
        if self.finding is None:
            return
        pass_id, text = PassId(self.finding.object_id), self.code.text()
        self._tasks.run(lambda _: self._desk.passes.revoke(pass_id), lambda _: self.ask(text), self._fail, owner=self)

    def _toggle(self) -> None:
        if self._looking:
            self._stop()
            return
        self._forget()
        self.preview.show()
        self.fit(_WIDTH)
        self._feed.start(self._camera)
        set_text(self.look, self.tr("Stop the camera"))
        self._read()

    @property
    def _looking(self) -> bool:
        return self.preview.isVisibleTo(self)

    @property
    def _camera(self) -> CameraId:
        return CameraId(str(self.cameras.currentData()))

    def _read(self) -> None:
        camera = self._camera
        self._reading = self._tasks.run(
            lambda _: self._desk.qr_reader.read(camera), self._on_read, self._fail, owner=self
        )

    def _on_read(self, text: str | None) -> None:
        if text is None:
            self._again.start()
            return
        self._stop()
        self.code.setText(text)
        self.ask(text)

    def _stop(self) -> None:
        """Let the camera go; an answer under way is not heard any more."""
        if self._reading is not None:
            self._reading.forget()
            self._reading = None
        self._again.stop()
        self._feed.stop()
        self.preview.show_pixels(None)
        self.preview.hide()
        set_text(self.look, self.tr("Read with the camera"))
