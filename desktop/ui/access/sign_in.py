"""Name and password, the answer, and the seconds until the next try counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.operators import MAX_LOGIN_LENGTH
from desktop.services.errors import SignInFailed, SignInWait
from desktop.services.site import SampleOperator
from desktop.ui import texts
from desktop.ui.access.forms import secret_edit
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, column, holding, label, row, set_text
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone

Try = Callable[[str, str], object]
"""Checks a sign-in name (empty: one's own) and a password; runs in a worker; raises what the form then shows."""


class SignInForm(QWidget):
    """Asks and checks; `done` when the password was right. Nothing typed stays in it afterwards."""

    done = Signal()

    def __init__(
        self,
        tasks: TaskRunner,
        attempt: Try,
        act: str,
        *,
        samples: Sequence[SampleOperator] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._attempt = attempt
        self._act = act
        self._trying = False
        self._left = 0
        self._refusal = ""
        self.login = QLineEdit()
        self.login.setMaxLength(MAX_LOGIN_LENGTH)
        self.password = secret_edit()
        self.notice = Notice()
        self.submit = button(act, self._try, look="primary", icon="key")
        self._login_field = Field(self.tr("Sign-in name"), self.login)
        self.sample_buttons: list[QPushButton] = []
        below = self._samples(samples)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        fields = column(self._login_field, Field(self.tr("Password"), self.password), gap=12)
        self.setLayout(column(fields, self.notice, self.submit, *below, gap=14))
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._try)
        for edit in (self.login, self.password):
            edit.textChanged.connect(self._follow)
        self._follow()

    def _samples(self, samples: Sequence[SampleOperator]) -> list[QWidget]:
        if not samples:
            return []
        lead = label(self.tr("This is the demo site. Fill in one of its operators:"), "small", wrap=True)
        self.sample_buttons = [self._sample_button(sample) for sample in samples]
        return [lead, holding(row(*self.sample_buttons, None, gap=4))]

    def _sample_button(self, sample: SampleOperator) -> QPushButton:
        title = self.tr("All roles") if len(sample.roles) > 1 else texts.role(*sample.roles)
        return button(title, lambda: self.fill(sample), icon="person")

    def begin(self, *, own: bool, act: str = "") -> None:
        """Empty the form and take the keyboard. `own`: only the password is asked for. `act`: on the button."""
        self.clear()
        self._act = act or self._act
        set_text(self.submit, self._act)
        self._login_field.setVisible(not own)
        self._follow()
        (self.password if own else self.login).setFocus()

    def fill(self, sample: SampleOperator) -> None:
        self.login.setText(sample.login)
        self.password.setText(sample.password)
        self._login_field.show()
        self.submit.setFocus()

    def clear(self) -> None:
        self.login.clear()
        self.password.clear()
        self._refusal = ""
        self._stop_counting()
        self.notice.clear()

    @property
    def counting(self) -> bool:
        """Whether the form waits until the next try counts."""
        return self._left > 0

    @property
    def _own(self) -> bool:
        return self._login_field.isHidden()

    def _follow(self) -> None:
        ready = bool(self.password.text()) and (self._own or bool(self.login.text().strip()))
        self.submit.setEnabled(ready and not self._trying and not self.counting)

    def _try(self) -> None:
        if not self.submit.isEnabled():
            return
        login, password = "" if self._own else self.login.text(), self.password.text()
        self._trying = True
        self.notice.clear()
        set_text(self.submit, self.tr("Checking ..."))
        self._follow()
        self._tasks.run(
            lambda _: self._attempt(login, password), lambda _: self._on_right(), self._on_wrong, owner=self
        )

    def _on_right(self) -> None:
        self._answered()
        self.clear()
        self.done.emit()

    def _on_wrong(self, error: ConsentryError) -> None:
        self._answered()
        self.password.clear()
        self._refusal = error_text(error).happened
        if isinstance(error, SignInFailed | SignInWait) and error.seconds:
            self._left = error.seconds
            self._second.start()
            self._tell_left()
        else:
            self.notice.say(error_text(error).whole, Tone.ATTENTION)
        self._follow()
        self.password.setFocus()

    def _answered(self) -> None:
        self._trying = False
        set_text(self.submit, self._act)
        self._follow()

    def _tick(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._tell_left()
            return
        self._stop_counting()
        self.notice.say(self.tr("You can try again now."))
        self._follow()

    def _tell_left(self) -> None:
        wait = self.tr("Next try in {seconds} s.").format(seconds=self._left)
        self.notice.say(f"{self._refusal} {wait}", Tone.ATTENTION)

    def _stop_counting(self) -> None:
        self._left = 0
        self._second.stop()
