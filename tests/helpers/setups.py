"""The guided set-up, filled in as a person would."""

from __future__ import annotations

from desktop.ui.first_run.wizard import SetupWizard

PASSWORD = "violet harbour engine seven"


def fill_controller(wizard: SetupWizard) -> None:
    step = wizard.controller
    step.site.setText("Main entrance")
    step.legal_name.setText("Example Works Ltd")
    step.address.setPlainText("1 Mill Lane\nSpringfield")
    step.contact.setText("privacy@example.org")
    step.authority.setText("Supervisory authority of Springfield")
    step.zone.setCurrentText("Europe/Berlin")
    step.jurisdiction.setCurrentIndex(step.jurisdiction.findData("DE"))


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
