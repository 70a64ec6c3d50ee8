"""What the tracker looks up in the small grey picture of a frame: heads by their look, places where nothing stirs."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.geometry import Box
from desktop.recognition.appearance import GreyImage, HeadPatch, Sight, difference, look_at

STIR = 4.0  # grey levels (root mean square over a head) from which something has changed: twice a camera's noise
MOVED = 0.1  # face widths


@dataclass(frozen=True, slots=True)
class View:
    """The small grey picture of a frame, addressed in the frame's pixels."""

    grey: GreyImage
    scale_x: float
    scale_y: float

    def sight(self, box: Box) -> Sight:
        return Sight(self.grey, box.scaled(self.scale_x, self.scale_y))

    def follow(self, patch: HeadPatch, box: Box) -> tuple[Box, float] | None:
        """None also where the head has left the picture: its border is no look."""
        expected = box.scaled(self.scale_x, self.scale_y)
        x, y = expected.centre
        inside = 0 <= x < self.grey.shape[1] and 0 <= y < self.grey.shape[0]
        found = patch.follow(self.grey, expected) if inside else None
        return None if found is None else (found.box.scaled(1 / self.scale_x, 1 / self.scale_y), found.likeness)

    def look(self, box: Box) -> GreyImage:
        return look_at(self.grey, box.scaled(self.scale_x, self.scale_y))


class Stillness:
    """Since when nothing has stirred where a head is followed.

    Nobody stands so still that not one sample of a head changes for seconds; a piece of wall does, which the look of a
    head that has left was found in.
    """

    __slots__ = ("_since",)

    def __init__(self) -> None:
        self._since: tuple[Box, GreyImage, float] | None = None

    def seconds(self, view: View, box: Box, at: float) -> float:
        """For how long it has looked the same around `box` in the frame of time `at`."""
        if self._since is not None:
            place, look, since = self._since
            if _near(place, box) and difference(look, view.look(place)) < STIR:
                return at - since
        self._since = (box, view.look(box), at)
        return 0.0


def _near(one: Box, other: Box) -> bool:
    (x1, y1), (x2, y2) = one.centre, other.centre
    return max(abs(x1 - x2), abs(y1 - y2)) <= MOVED * one.w
