"""ONNX models of a few hundred bytes in the shapes of InsightFace's, for tests of how a folder is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

HALF_SIDE = 2.0  # the tiny detector's box reaches this many strides from its cell's corner
LANDMARKS = ((-1.0, -1.0), (1.0, -1.0), (0.0, 0.0), (-0.8, 1.0), (0.8, 1.0))  # in strides, from the same corner

Shape = Sequence[int | str]


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: dict[str, Shape],
    outputs: dict[str, Shape],
    weights: dict[str, np.ndarray] | None = None,
) -> Path:
    def values(shapes: dict[str, Shape]) -> list[onnx.ValueInfoProto]:
        return [make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]

    constants = [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()]
    graph = make_graph(nodes, path.stem, values(inputs), values(outputs), constants)
    onnx.save(make_model(graph, opset_imports=[make_opsetid("", 17)], ir_version=8), str(path))
    return path


def detector(path: Path, landmarks: bool = True) -> Path:
    """In the shape of SCRFD: 9 outputs, two anchors a cell. A cell of 8 x 8 white pixels on black is a face."""
    nodes: list[onnx.NodeProto] = []
    weights: dict[str, np.ndarray] = {}
    outputs: dict[str, Shape] = {}
    box = np.tile(np.full(4, HALF_SIDE, np.float32), 2)
    points = np.tile(np.array(LANDMARKS, np.float32).ravel(), 2)
    for stride in (8, 16, 32):
        pooled = f"pooled_{stride}"
        nodes.append(
            make_node("AveragePool", ["input"], [pooled], kernel_shape=[stride, stride], strides=[stride, stride])
        )
        gain = np.zeros((2, 3, 1, 1), np.float32)
        bias = np.full(2, -1, np.float32)
        if stride == 8:  # the first anchor's score is the cell's mean brightness, -1 to 1; the others never fire
            gain[0], bias[0] = 1 / 3, 0
        parts = [("score", gain, bias, 1), ("box", np.zeros((8, 3, 1, 1), np.float32), box, 4)]
        if landmarks:
            parts.append(("kps", np.zeros((20, 3, 1, 1), np.float32), points, 10))
        for kind, weight, offset, width in parts:
            name = f"{kind}_{stride}"
            weights |= {f"{name}_w": weight, f"{name}_b": offset, f"{name}_s": np.array([-1, width], np.int64)}
            nodes += [
                make_node("Conv", [pooled, f"{name}_w", f"{name}_b"], [f"{name}_c"]),
                make_node("Transpose", [f"{name}_c"], [f"{name}_t"], perm=[0, 2, 3, 1]),
                make_node("Reshape", [f"{name}_t", f"{name}_s"], [name]),
            ]
            outputs[name] = [f"anchors_{stride}", width]
    order = sorted(outputs, key=lambda name: ("score", "box", "kps").index(name.split("_")[0]))
    return save(path, nodes, {"input": [1, 3, "h", "w"]}, {name: outputs[name] for name in order}, weights)


def recogniser(path: Path, dimension: int = 128, batch: int | str = "batch", side: int = 112) -> Path:
    """In the shape of ArcFace: the vector is a random projection of the crop's mean colour in each quarter."""
    random = np.random.default_rng(dimension)
    weights = {"w": random.standard_normal((12, dimension)).astype(np.float32)}
    nodes = [
        make_node("AveragePool", ["input"], ["quarters"], kernel_shape=[side // 2] * 2, strides=[side // 2] * 2),
        make_node("Flatten", ["quarters"], ["flat"]),
        make_node("MatMul", ["flat", "w"], ["vector"]),
    ]
    return save(path, nodes, {"input": [batch, 3, side, side]}, {"vector": [batch, dimension]}, weights)


def attributes(path: Path, side: int = 96) -> Path:
    """In the shape of genderage, with an operator that no runtime knows: whoever opens it gets an error."""
    nodes = [make_node("GuessTheAge", ["input"], ["fc1"], domain="nobody.knows")]
    return save(path, nodes, {"input": [1, 3, side, side]}, {"fc1": [1, 3]})


def landmarks(path: Path) -> Path:
    """In the shape of 2d106det; cannot be opened either."""
    nodes = [make_node("Unknown", ["input"], ["fc1"], domain="nobody.knows")]
    return save(path, nodes, {"input": [1, 3, 192, 192]}, {"fc1": [1, 212]})
