"""Somebody who turns right round: the mask stays on the head for as long as it is in the picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop import paths
from desktop.capture.frame import Frame
from desktop.demo.compositor import Compositor
from desktop.demo.generator import clip_truth
from desktop.demo.roster import load_roster
from desktop.demo.scenes import Scene, Script, Stay, Waypoint, load_script
from desktop.evaluation.folders import empty_gallery
from desktop.evaluation.scoring import score
from desktop.evaluation.witness import Witness
from desktop.recognition.replay import Replay
from desktop.recognition.settings import EngineSettings
from desktop.vision.packs import load_default_pack

SECONDS = 14.0


def _scene() -> Scene:
    """In over the left border, round on the spot, 7 s with the back to the camera, and off with it turned."""
    path = [(0, -160, 120, -34), (1.4, 600, 150, 0), (2.4, 600, 150, 0), (3.4, 600, 149, 120), (3.9, 604, 148, 178)]
    path += [(8.0, 660, 146, 178), (11.0, 680, 142, 178), (13.6, 1520, 140, 150)]
    stay = Stay(
        person="stranger-ione",
        look=next(stay.look for stay in load_script().scenes[1].stays if stay.person == "stranger-ione"),
        start=0.2,
        path=tuple(Waypoint(at=at, x=x, face=face, yaw=yaw) for at, x, face, yaw in path),
    )
    desk = next(scene for scene in load_script().scenes if scene.id == "desk")
    return desk.model_copy(update={"stays": (stay,), "window": None})


@pytest.mark.parametrize("rate", [10.0, 6.0])
def test_a_head_that_turns_right_round_stays_masked_until_it_has_left(rate: float) -> None:
    scene, roster = _scene(), load_roster()
    script = Script(seed=3, width=1280, height=720, fps=25, seconds=SECONDS, scenes=(scene,))
    compositor = Compositor(scene, script, roster, paths.demo_sources_dir())
    drawn = [compositor.frame(index) for index in range(round(SECONDS * script.fps))]
    witness = Witness(clip_truth(scene, script, roster, [(frame.faces, frame.hidden) for frame in drawn]))
    pack = load_default_pack(paths.models_dir())

    def frames() -> Iterator[Frame]:
        for index, frame in enumerate(drawn):
            yield Frame(image=frame.picture, at=1.0 + index / script.fps, seq=index, position=index)

    replay = Replay(pack, empty_gallery(pack).gallery, settings=EngineSettings(target_fps=rate))
    for picture in replay.run(frames()):
        witness.see(picture, picture.frame_at)

    result = score(witness, lambda _: None)
    turned = [check for seen in witness.seen for check in seen.checks if witness.truth.hidden[check.position]]
    assert len(turned) > 7 * script.fps
    assert [(entry.check.position, entry.head.yaw, entry.check.covered) for entry in result.unmasked] == []
    assert [mark for mark in witness.seen[-1].marks if mark.masked] == []
