"""The two kinds of benchmark clip, made by the demo site's generator: three faces and more on average.

*passage*: people walk through, each in view for 2 to 6 s. *desk*: people stand and talk, each in view for 10 to 30 s.
Enrolled people and strangers alternate; at most one of each person is in view at a time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from desktop.demo.generator import DemoMaterial, make_material
from desktop.demo.roster import Roster, load_roster
from desktop.demo.scenes import Curve, Scene, Script, Stay, Waypoint
from desktop.domain.progress import Progress
from desktop.paths import demo_sources_dir

SECONDS = 60.0
WIDTH, HEIGHT, FPS = 1280, 720, 25
PASSAGE_EVERY = 1.05  # seconds between two people who enter
PASSAGE_CROSSING = (3.6, 4.6, 5.4)  # seconds from edge to edge
DESK_PLACES = (150, 395, 640, 885, 1130)  # columns in px
DESK_STAYS = (14.0, 11.0, 19.0, 25.0)  # seconds


def benchmark_material(cache: Path, progress: Progress, seconds: float = SECONDS) -> tuple[DemoMaterial, Roster]:
    """Both clips with truth and the enrolment pictures; made once, then found in the cache."""
    roster = load_roster()
    script = Script(
        seed=7,
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        seconds=seconds,
        scenes=(
            _scene("passage", "lobby", _passage(_looks(roster), seconds)),
            _scene("desk", "desk", _desk(_looks(roster), seconds)),
        ),
    )
    return make_material(script, roster, demo_sources_dir(), cache, progress), roster


def _looks(roster: Roster) -> list[tuple[str, str]]:
    """(person, look) of everybody who can be drawn, enrolled people and others taking turns."""
    drawn = [person for person in roster.people if person.looks]
    known = [(p.id, look) for p in drawn if p.standing == "enrolled" for look in p.looks]
    others = [(p.id, look) for p in drawn if p.standing != "enrolled" for look in p.looks]
    return [entry for pair in zip(known, others, strict=False) for entry in pair]


def _scene(name: str, room: str, stays: tuple[Stay, ...]) -> Scene:
    steady = Curve(points=((0.0, 1.0),))
    return Scene.model_validate(
        {
            "id": name,
            "name": name,
            "room": room,
            "horizon": 262,
            "slope": 0.35,
            "light": Curve(points=((0.0, 1.0), (20.0, 1.1), (40.0, 0.85), (SECONDS, 1.0))),
            "gamma": steady,
            "defocus": Curve(points=((0.0, 0.0),)),
            "noise": 1.5,
            "stays": stays,
        }
    )


def _passage(looks: list[tuple[str, str]], seconds: float) -> tuple[Stay, ...]:
    stays = []
    for number in range(int((seconds - 6) / PASSAGE_EVERY)):
        person, look = looks[number % len(looks)]
        crossing = PASSAGE_CROSSING[number % len(PASSAGE_CROSSING)]
        face = (84, 104, 94, 118)[number % 4]
        columns = np.linspace(-1.4 * face, WIDTH + 1.4 * face, 5)
        turns: tuple[int, ...] = (48, 22, 6, 14, 50)
        if number % 3 == 2:  # every third comes the other way, so that people cross
            columns, turns = columns[::-1], tuple(-turn for turn in turns)
        path = tuple(
            Waypoint(at=round(crossing * i / 4, 3), x=float(columns[i]), face=face + 2 * i, yaw=turns[i])
            for i in range(5)
        )
        start = round(0.2 + number * PASSAGE_EVERY, 3)
        stays.append(Stay(person=person, look=look, start=start, tall=(0.0, 0.15, -0.1)[number % 3], path=path))
    return tuple(stays)


def _desk(looks: list[tuple[str, str]], seconds: float) -> tuple[Stay, ...]:
    """Five places; a place is never given somebody who stands at another one."""
    random = np.random.default_rng(11)
    free_at = dict.fromkeys(looks, 0.0)
    stays = []
    for place, column in enumerate(DESK_PLACES):
        start, turn = 0.3 + 0.9 * place, place
        while start + 10.4 < seconds:
            length = min(DESK_STAYS[turn % len(DESK_STAYS)], seconds - start - 0.4)
            entry = min(free_at, key=lambda one: (free_at[one] > start, free_at[one], looks.index(one)))
            busy = {person for (person, _), until in free_at.items() if until > start}
            if entry[0] in busy:
                start += 1.0
                continue
            for look in looks:
                if look[0] == entry[0]:
                    free_at[look] = start + length + 0.5
            stays.append(_standing(entry, column, start, length, random))
            start, turn = start + length + 0.8, turn + 1
    return tuple(stays)


def _standing(entry: tuple[str, str], column: int, start: float, length: float, random: np.random.Generator) -> Stay:
    side = -1 if column < WIDTH / 2 else 1
    outside = -160.0 if side < 0 else WIDTH + 160.0
    face = float(random.uniform(96, 138))
    path = [Waypoint(at=0, x=outside, face=face * 0.9, yaw=-40.0 * side), Waypoint(at=1.6, x=column, face=face, yaw=0)]
    at = 1.6
    while at + 1.5 < length - 1.6:
        at += float(random.uniform(0.9, 1.5))
        path.append(Waypoint(at=at, x=column + float(random.normal(0, 14)), face=face, yaw=float(random.normal(0, 17))))
    path.append(Waypoint(at=max(at + 0.3, length - 1.6), x=column, face=face, yaw=30.0 * side))
    path.append(Waypoint(at=max(at + 1.6, length), x=outside, face=face * 0.9, yaw=45.0 * side))
    return Stay(person=entry[0], look=entry[1], start=round(start, 3), path=tuple(path))
