"""Where a face will be: a constant-velocity Kalman filter over a box.

Plain floats on purpose: for the handful of faces in a picture they are several times faster than small arrays.
Both axes share one covariance because noise and drive are the same for both; all lengths scale with the face.
"""

from __future__ import annotations

import math

from desktop.domain.geometry import Box

# In face widths. A head that starts to walk or turns changes its speed by a few of its widths per second within a
# second (a face is 16 cm wide, walking speed 1.4 m/s, that is 9 widths a second, seldom all of it sideways).
DRIVE = 4.0  # standard deviation of the speed gained in 1 s, widths/s
FIRST_SPEED = 4.0  # standard deviation of an unknown speed, widths/s
MEASURED = 0.06  # standard deviation of a detected centre, widths
SIZE_MEASURED = 0.08  # of the logarithm of a detected width or height
SIZE_DRIVE = 0.4  # of the change of that logarithm in 1 s


class BoxMotion:
    """Filter of one box: centre with velocity (px, px/s), and the logarithms of width and height as random walks.

    The covariance of (position, velocity) follows the continuous white-noise acceleration model, which gives the same
    result however a time span is cut into steps (Bar-Shalom, Li, Kirubarajan: Estimation with Applications to
    Tracking and Navigation, 6.2.2).
    """

    __slots__ = ("_log_h", "_log_w", "_pp", "_pv", "_size_p", "_vv", "_vx", "_vy", "_x", "_y")

    def __init__(self, box: Box) -> None:
        self._x, self._y = box.centre
        self._vx = self._vy = 0.0
        self._log_w, self._log_h = math.log(max(box.w, 1.0)), math.log(max(box.h, 1.0))
        scale = self.scale
        self._pp = (MEASURED * scale) ** 2
        self._pv = 0.0
        self._vv = (FIRST_SPEED * scale) ** 2
        self._size_p = SIZE_MEASURED**2

    @property
    def scale(self) -> float:
        """Side of a square as large as the box, px."""
        return math.exp((self._log_w + self._log_h) / 2)

    @property
    def box(self) -> Box:
        width, height = math.exp(self._log_w), math.exp(self._log_h)
        return Box(self._x - width / 2, self._y - height / 2, width, height)

    @property
    def velocity(self) -> tuple[float, float]:
        """Of the centre, px/s."""
        return (self._vx, self._vy)

    @property
    def spread(self) -> float:
        """Standard deviation of the centre along one axis, px."""
        return math.sqrt(self._pp)

    def predict(self, seconds: float) -> None:
        """Move on by `seconds` (>= 0)."""
        self._x += self._vx * seconds
        self._y += self._vy * seconds
        drive = (DRIVE * self.scale) ** 2
        self._pp += seconds * (2 * self._pv + seconds * self._vv) + drive * seconds**3 / 3
        self._pv += seconds * self._vv + drive * seconds**2 / 2
        self._vv += drive * seconds
        self._size_p += SIZE_DRIVE**2 * seconds

    def correct(self, box: Box, trust: float = 1.0) -> None:
        """Take in a measured box. `trust` above 0: 1 for a good detection, 0.5 doubles the assumed noise."""
        noise = (MEASURED * self.scale / trust) ** 2
        x, y = box.centre
        off_x, off_y = x - self._x, y - self._y
        total = self._pp + noise
        gain_p, gain_v = self._pp / total, self._pv / total
        self._x += gain_p * off_x
        self._y += gain_p * off_y
        self._vx += gain_v * off_x
        self._vy += gain_v * off_y
        self._vv -= gain_v * self._pv
        self._pv *= 1 - gain_p
        self._pp *= 1 - gain_p
        gain = self._size_p / (self._size_p + (SIZE_MEASURED / trust) ** 2)
        self._log_w += gain * (math.log(max(box.w, 1.0)) - self._log_w)
        self._log_h += gain * (math.log(max(box.h, 1.0)) - self._log_h)
        self._size_p *= 1 - gain
