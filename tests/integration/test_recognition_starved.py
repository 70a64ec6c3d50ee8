"""The demo's reception desk with the processor short: masks grow, and at the worst the picture goes coarse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from desktop import paths
from desktop.capture.frame import Frame
from desktop.demo.compositor import Compositor
from desktop.demo.generator import clip_truth
from desktop.demo.roster import load_roster
from desktop.evaluation.folders import empty_gallery
from desktop.evaluation.scoring import ClipScore, score
from desktop.evaluation.truth import ClipTruth
from desktop.evaluation.witness import Witness
from desktop.recognition.replay import Pace, Replay
from desktop.recognition.settings import EngineSettings
from desktop.vision.packs import load_default_pack
from tests.helpers.demo_scripts import short_script

FIRST, SECONDS = 75, 7.6  # from before somebody turns round at the desk until she has walked off, her back to us
Drawn = tuple[ClipTruth, Sequence[np.ndarray]]


@pytest.fixture(scope="module")
def desk() -> Drawn:
    script, roster = short_script(SECONDS, "desk"), load_roster()
    (scene,) = script.scenes
    compositor = Compositor(scene, script, roster, paths.demo_sources_dir())
    frames = [compositor.frame(index) for index in range(round(SECONDS * script.fps))]
    truth = clip_truth(scene, script, roster, [(frame.faces, frame.hidden) for frame in frames])
    return truth, [frame.picture for frame in frames]


def _seen(desk: Drawn, rate: float, offset: int) -> ClipScore:
    """At `rate` analyses a second, the first of them of frame FIRST + `offset`."""
    truth, pictures = desk
    witness, pack = Witness(truth), load_default_pack(paths.models_dir())

    def frames() -> Iterator[Frame]:
        for index in range(FIRST + offset, len(pictures)):
            yield Frame(image=pictures[index], at=1.0 + index / truth.fps, seq=index, position=index)

    pace = Pace() if rate >= 8 else Pace(detect=0.7 / rate)
    settings = EngineSettings(target_fps=rate)
    for picture in Replay(pack, empty_gallery(pack).gallery, settings=settings, pace=pace).run(frames()):
        witness.see(picture, picture.frame_at)
    return score(witness, lambda _: None)


@pytest.mark.parametrize(
    ("rate", "offset", "coarse"),
    [(10, 1, 0.02), (6, 2, 0.02), (5, 1, 0.02), (4, 0, 0.2), (4, 1, 0.2), (3, 7, 0.9)],
)
def test_whoever_turns_and_walks_off_stays_hidden_at_any_rate(
    desk: Drawn, rate: float, offset: int, coarse: float
) -> None:
    seen = _seen(desk, rate, offset)

    assert seen.hidden_pictures > 90
    assert [(entry.check.position, entry.head.yaw, entry.check.covered) for entry in seen.unmasked] == []
    assert seen.coarse_pictures <= coarse * seen.pictures
