"""The demo as a user starts it: real window offscreen, real keyring, real vault, painted pixels against the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli.main import run as command_line
from desktop.vault.system_keystore import SystemKeyStore

_SECONDS = 5
_CODE = """
import sys
from pathlib import Path
from desktop.bootstrap import prepare_process
prepare_process()
from desktop.demo.runner import DemoOptions, run_demo
from desktop.demo.summary import summary
from tests.helpers.demo_scripts import short_script
report = run_demo(DemoOptions(seconds={seconds}, out=Path(sys.argv[1]), script=short_script(9.0)))
print(summary(report))
"""


@pytest.mark.secret_service
def test_the_window_runs_and_nobody_is_shown_who_must_not_be(tmp_path: Path) -> None:
    out = tmp_path / "out"
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}

    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(seconds=_SECONDS), str(out)],
        cwd=Path(__file__).parents[2],
        env=env,
        capture_output=True,
        text=True,
        timeout=280,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    # What depends on how busy the computer is (names in time, frames shown) is not asked here.
    wanted = ["no_wrong_name", "no_stranger_named", "no_withdrawn_named", "no_unmasked_stranger"]
    wanted += ["vault_encrypted", "no_network", "every_camera_shown", "appearances_enough"]
    assert {name: report["checks"][name] for name in wanted} == dict.fromkeys(wanted, True), report["unmasked"]
    assert report["masking"]["stranger_frames"] > 0
    assert report["vault"]["keyring_backend"] == "Secret Service"
    pictures = {path.name for path in out.glob("*.png")}
    pages = {name.rpartition("-")[0] for name in pictures}
    assert pages >= {"live", "people", "cameras", "activity", "audit", "models", "operators", "settings", "backup"}
    assert pictures == {f"{page}-{theme}.png" for page in pages for theme in ("dark", "light")}
    assert all(path.stat().st_size > 5000 for path in out.glob("*.png"))
    assert "Okonjo" not in done.stderr  # logs bear no names


@pytest.mark.secret_service
def test_the_run_leaves_only_clips_and_logs_behind(tmp_path: Path) -> None:
    """The vault of a run is destroyed, whatever happens in it."""
    from desktop.demo.roster import load_roster
    from desktop.demo.site import fresh_site
    from desktop.domain.progress import UNWATCHED
    from tests.helpers.demo_scripts import short_script

    cache = Path(os.environ["CONSENTRY_CACHE"])

    def fail_in_the_middle() -> None:
        with fresh_site(short_script(0.2, "desk"), load_roster(), UNWATCHED) as (desk, furnished):
            assert desk.gallery_size == 5
            assert furnished.cameras
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_in_the_middle()

    assert [path.name for path in cache.iterdir()] == ["demo"]


@pytest.mark.secret_service
def test_the_site_of_a_killed_run_is_removed_by_the_next(system_keystore: SystemKeyStore) -> None:
    from desktop.demo.site import sweep
    from desktop.vault.vault import Vault
    from tests.helpers.vaults import TEST_BALLAST

    cache = Path(os.environ["CONSENTRY_CACHE"])
    left, running = cache / "demo-run-left", cache / "demo-run-running"
    for folder in (left, running):
        system_keystore.service = f"consentry-{folder.name}"
        Vault.create(folder / "vault", system_keystore, ballast_bytes=TEST_BALLAST).close()
    os.utime(left, (1, 1))

    sweep(cache)

    assert not left.exists()
    assert Vault.exists(running / "vault")
    Vault.destroy(running / "vault", system_keystore)


@pytest.mark.parametrize("seconds", ["2", "four", "99999"])
def test_impossible_lengths_are_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        command_line(["demo", "--seconds", seconds])

    assert refused.value.code == 2
    assert "--seconds" in capsys.readouterr().err
