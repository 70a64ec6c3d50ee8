"""Rewrites of an ONNX graph that leave its results alone and its running time not.

Works on plain fp32 networks with block-quantised weights as shipped by the OpenCV Zoo. All constants are computed
element by element in IEEE arithmetic, so equal input bytes give equal output bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Constants = dict[str, NDArray[np.generic]]


def constants(graph: onnx.GraphProto) -> Constants:
    """Initialisers by name."""
    return {item.name: numpy_helper.to_array(item) for item in graph.initializer}


def attribute(node: onnx.NodeProto, name: str, default: float) -> float:
    """A number attribute of a node."""
    for item in node.attribute:
        if item.name == name:
            return float(onnx.helper.get_attribute_value(item))
    return default


def replace_nodes(graph: onnx.GraphProto, nodes: Iterable[onnx.NodeProto]) -> None:
    kept = list(nodes)
    del graph.node[:]
    graph.node.extend(kept)


def replace_constants(graph: onnx.GraphProto, values: Constants) -> None:
    """Keep those that a node reads, in the order of `values`."""
    read = {name for node in graph.node for name in node.input}
    del graph.initializer[:]
    graph.initializer.extend(
        numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in values.items() if name in read
    )


def dequantise(
    quantised: NDArray[np.generic], scale: NDArray[np.generic], zero: NDArray[np.generic], axis: int, block: int
) -> NDArray[np.float32]:
    """(x - zero) * scale, each scale serving `block` values along `axis` (ONNX operator DequantizeLinear, opset 21)."""
    if block:
        size = quantised.shape[axis]
        scale = np.repeat(scale, block, axis=axis).take(range(size), axis=axis)
        zero = np.repeat(zero, block, axis=axis).take(range(size), axis=axis)
    elif scale.ndim == 1:
        shape = [1] * quantised.ndim
        shape[axis] = -1
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    whole = quantised.astype(np.int32) - zero.astype(np.int32)
    result: NDArray[np.float32] = whole.astype(np.float32) * scale.astype(np.float32)
    return result


def fold_weights(graph: onnx.GraphProto) -> None:
    """Turn DequantizeLinear of constants, and Reshape of what they give, into fp32 initialisers."""
    values = constants(graph)
    kept = []
    for node in graph.node:
        known = [values.get(name) for name in node.input]
        if node.op_type == "DequantizeLinear" and all(value is not None for value in known):
            quantised, scale, zero = (value for value in known if value is not None)
            axis, block = int(attribute(node, "axis", 1)), int(attribute(node, "block_size", 0))
            values[node.output[0]] = dequantise(quantised, scale, zero, axis, block)
        elif node.op_type == "Reshape" and all(value is not None for value in known):
            data, shape = (value for value in known if value is not None)
            values[node.output[0]] = data.reshape([int(size) for size in shape])
        else:
            kept.append(node)
    replace_nodes(graph, kept)
    replace_constants(graph, values)


def fold_batch_norm(graph: onnx.GraphProto) -> None:
    """Fold BatchNormalization into the Conv that alone feeds it: w * s, (b - mean) * s + beta, s = gamma / std."""
    values = constants(graph)
    readers: dict[str, int] = {}
    for name in (name for node in graph.node for name in node.input):
        readers[name] = readers.get(name, 0) + 1
    convolutions = {node.output[0]: node for node in graph.node if node.op_type == "Conv"}
    kept = []
    for node in graph.node:
        conv = convolutions.get(node.input[0]) if node.op_type == "BatchNormalization" else None
        if conv is None or readers[conv.output[0]] != 1:
            kept.append(node)
            continue
        gamma, beta, mean, variance = (values[name].astype(np.float64) for name in node.input[1:5])
        scale = gamma / np.sqrt(variance + attribute(node, "epsilon", 1e-5))
        weight = values[conv.input[1]].astype(np.float64)
        bias = values[conv.input[2]].astype(np.float64) if len(conv.input) > 2 else np.zeros(len(scale))
        folded_weight, folded_bias = f"{conv.name}_weight", f"{conv.name}_bias"
        values[folded_weight] = (weight * scale.reshape(-1, *[1] * (weight.ndim - 1))).astype(np.float32)
        values[folded_bias] = ((bias - mean) * scale + beta).astype(np.float32)
        source = conv.input[0]
        del conv.input[:]
        conv.input.extend([source, folded_weight, folded_bias])
        conv.output[0] = node.output[0]
    replace_nodes(graph, kept)
    replace_constants(graph, values)


def rewrite_prelu(graph: onnx.GraphProto) -> None:
    """PRelu(x) = Relu(x) * (1 - a) + a * x. onnxruntime runs the four simple operators faster than its PRelu."""
    values = constants(graph)
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type != "PRelu":
            nodes.append(node)
            continue
        source, slope = node.input
        name, result = node.name, node.output[0]
        values[f"{name}_rest"] = (1.0 - values[slope].astype(np.float64)).astype(np.float32)
        make = onnx.helper.make_node
        nodes += [
            make("Relu", [source], [f"{name}_positive"], f"{name}_positive"),
            make("Mul", [f"{name}_positive", f"{name}_rest"], [f"{name}_upper"], f"{name}_upper"),
            make("Mul", [source, slope], [f"{name}_lower"], f"{name}_lower"),
            make("Add", [f"{name}_upper", f"{name}_lower"], [result], name),
        ]
    replace_nodes(graph, nodes)
    replace_constants(graph, values)


def drop_stale_inputs(graph: onnx.GraphProto) -> None:
    """Keep the inputs that are fed at run time: as shipped, weights that are now constants are listed too."""
    read = {name for node in graph.node for name in node.input}
    initialised = {item.name for item in graph.initializer}
    fed = [item for item in graph.input if item.name in read and item.name not in initialised]
    del graph.input[:]
    graph.input.extend(fed)


def set_shape(value: onnx.ValueInfoProto, shape: Sequence[int | str]) -> None:
    """Give an input or output the shape; a text names a dimension that may vary."""
    elements = value.type.tensor_type.elem_type
    value.CopyFrom(onnx.helper.make_tensor_value_info(value.name, elements, shape))
