"""The guided set-up, filled in as a person would."""

from __future__ import annotations

from desktop.domain.controller import Controller
from desktop.ui.first_run.wizard import SetupWizard
from desktop.ui.settings.controller_form import ControllerForm

PASSWORD = "violet harbour engine seven"


CONTROLLER = Controller(
    site="Main entrance",
    legal_name="Example Works Ltd",
    address="1 Mill Lane\nSpringfield",
    contact="privacy@example.org",
    dpo="",
    authority="Supervisory authority of Springfield",
    time_zone="Europe/Berlin",
    jurisdiction="DE",
)


def fill_controller_form(form: ControllerForm) -> None:
    """Type CONTROLLER."""
    form.site.setText(CONTROLLER.site)
    form.legal_name.setText(CONTROLLER.legal_name)
    form.address.setPlainText(CONTROLLER.address)
    form.contact.setText(CONTROLLER.contact)
    form.authority.setText(CONTROLLER.authority)
    form.zone.setCurrentText(CONTROLLER.time_zone)
    form.jurisdiction.setCurrentIndex(form.jurisdiction.findData(CONTROLLER.jurisdiction))


def fill_controller(wizard: SetupWizard) -> None:
    fill_controller_form(wizard.controller.form)


def fill_administrator(wizard: SetupWizard) -> None:
    form = wizard.administrator.form
    form.name.setText("Ada Example")
    form.login.setText("ada")
    form.password.password.setText(PASSWORD)
    form.password.again.setText(PASSWORD)


def type_back(wizard: SetupWizard) -> None:
    for edit, index in zip(wizard.type_back.edits, wizard.type_back.asked, strict=True):
        edit.setText(wizard.draft().recovery_code.groups[index])


def walk_to_the_end(wizard: SetupWizard) -> None:
    fill_controller(wizard)
    wizard.next.click()
    fill_administrator(wizard)
    for _ in range(4):
        wizard.next.click()
    type_back(wizard)
    wizard.next.click()
