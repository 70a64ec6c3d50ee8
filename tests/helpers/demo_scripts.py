"""Short scenes of the demo site, and progress that counts or stops."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.demo.scenes import Script, load_script


def short_script(seconds: float = 1.0, *scenes: str) -> Script:
    """The first seconds of the named scenes (none named: of all)."""
    script = load_script()
    chosen = tuple(scene for scene in script.scenes if not scenes or scene.id in scenes)
    return script.model_copy(update={"seconds": seconds, "scenes": chosen})


@dataclass
class CountingProgress:
    """Remembers every share; asks to stop after `stop_after` questions."""

    stop_after: int | None = None
    shares: list[float] = field(default_factory=list)
    asked: int = 0

    def report(self, share: float) -> None:
        self.shares.append(share)

    def cancelled(self) -> bool:
        self.asked += 1
        return self.stop_after is not None and self.asked > self.stop_after
