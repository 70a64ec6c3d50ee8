"""Each graph rewrite on a network of a few numbers, against onnx's reference evaluator."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info
from onnx.reference import ReferenceEvaluator

from desktop.vision import folding

RANDOM = np.random.default_rng(11)


def network(
    nodes: list[onnx.NodeProto], weights: dict[str, np.ndarray], stale: tuple[str, ...] = ()
) -> onnx.ModelProto:
    inputs = [make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 5, 5])]
    inputs += [make_tensor_value_info(name, TensorProto.FLOAT, list(weights[name].shape)) for name in stale]
    outputs = [make_tensor_value_info("y", TensorProto.FLOAT, None)]
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    return make_model(make_graph(nodes, "g", inputs, outputs, constants), opset_imports=[make_opsetid("", 21)])


def run(model: onnx.ModelProto) -> np.ndarray:
    x = np.random.default_rng(2).normal(0, 1, (1, 4, 5, 5)).astype(np.float32)
    return np.asarray(ReferenceEvaluator(model).run(None, {"x": x})[0])


def kinds(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


@pytest.mark.parametrize(("block", "size"), [(4, 8), (9, 36), (4, 10)])
def test_dequantise_gives_each_scale_its_block(block: int, size: int) -> None:
    blocks = -(-size // block)
    quantised = RANDOM.integers(-128, 128, (3, size), dtype=np.int8)
    scale = RANDOM.random((3, blocks), dtype=np.float32) + 0.1
    zero = RANDOM.integers(-10, 10, (3, blocks), dtype=np.int8)
    got = folding.dequantise(quantised, scale, zero, axis=1, block=block)
    for row in range(3):
        for column in range(size):
            expected = (int(quantised[row, column]) - int(zero[row, column // block])) * scale[row, column // block]
            assert got[row, column] == np.float32(expected)


def test_weights_are_folded_through_dequantise_and_reshape() -> None:
    weights = {
        "q": RANDOM.integers(-128, 128, (2, 4), dtype=np.int8),
        "s": RANDOM.random((2, 2), dtype=np.float32),
        "z": np.zeros((2, 2), np.int8),
        "shape": np.array([2, 4, 1, 1]),
    }
    nodes = [
        make_node("DequantizeLinear", ["q", "s", "z"], ["d"], axis=1, block_size=2),
        make_node("Reshape", ["d", "shape"], ["w"]),
        make_node("Conv", ["x", "w"], ["y"]),
    ]
    model = network(nodes, weights)
    before = run(model)
    folding.fold_weights(model.graph)
    assert kinds(model) == ["Conv"]
    assert {item.name for item in model.graph.initializer} == {"w"}
    np.testing.assert_allclose(run(model), before, rtol=1e-6)


@pytest.mark.parametrize("biased", [False, True])
def test_batch_norm_is_folded_into_its_convolution(biased: bool) -> None:
    weights = {"w": RANDOM.normal(0, 1, (3, 4, 3, 3)).astype(np.float32)}
    weights |= {name: RANDOM.random(3, dtype=np.float32) + 0.1 for name in ("b", "gamma", "beta", "mean", "variance")}
    nodes = [
        make_node("Conv", ["x", "w", "b"] if biased else ["x", "w"], ["c"], name="c", pads=[1, 1, 1, 1]),
        make_node("BatchNormalization", ["c", "gamma", "beta", "mean", "variance"], ["y"], epsilon=1e-3),
    ]
    model = network(nodes, weights)
    before = run(model)
    folding.fold_batch_norm(model.graph)
    assert kinds(model) == ["Conv"]
    np.testing.assert_allclose(run(model), before, rtol=1e-4, atol=1e-5)


def test_batch_norm_stays_where_others_read_the_convolution_too() -> None:
    weights = {"w": RANDOM.normal(0, 1, (4, 4, 1, 1)).astype(np.float32)}
    weights |= {name: RANDOM.random(4, dtype=np.float32) + 0.1 for name in ("gamma", "beta", "mean", "variance")}
    nodes = [
        make_node("Conv", ["x", "w"], ["c"], name="c"),
        make_node("BatchNormalization", ["c", "gamma", "beta", "mean", "variance"], ["n"]),
        make_node("Add", ["n", "c"], ["y"]),
    ]
    model = network(nodes, weights)
    before = run(model)
    folding.fold_batch_norm(model.graph)
    assert "BatchNormalization" in kinds(model)
    np.testing.assert_array_equal(run(model), before)


def test_prelu_is_rewritten_for_slopes_of_any_sign() -> None:
    weights = {"a": np.array([-0.6, 0.0, 0.4, 1.1], np.float32).reshape(4, 1, 1)}
    model = network([make_node("PRelu", ["x", "a"], ["y"], name="p")], weights)
    before = run(model)
    folding.rewrite_prelu(model.graph)
    assert "PRelu" not in kinds(model)
    np.testing.assert_allclose(run(model), before, atol=1e-6)


def test_weights_are_no_inputs() -> None:
    weights = {"a": np.ones((4, 1, 1), np.float32)}
    model = network([make_node("PRelu", ["x", "a"], ["y"])], weights, stale=("a",))
    folding.drop_stale_inputs(model.graph)
    assert [item.name for item in model.graph.input] == ["x"]
