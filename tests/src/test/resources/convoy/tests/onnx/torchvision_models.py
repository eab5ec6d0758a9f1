"""Writes torchvision's classifiers as ONNX models, with what PyTorch computes with them, for TorchvisionModelsTest.

    python3 torchvision_models.py FOLDER [NAME...]

Debian's python3-torch, python3-torchvision and python3-onnx are enough. Of each classifier there are NAME.eval.onnx and NAME.train.onnx, by
PyTorch's TorchScript exporter, and beside each a .safetensors with images, labels, logits in double precision and, of each initializer,
every n-th number of its gradient in double precision, with what PyTorch's own single precision is off. Weights are random. PyTorch exports no stochastic depth, so that is 0 in training mode. Transformers, which no convolutional network
can be, are exported as they are used alone. Networks with
more than 150 million parameters are left out. What PyTorch cannot export is a line in not-exported.txt.
"""

import copy
import json
import os
import struct
import sys
import warnings

import numpy
import onnx
import torch
import torchvision
from onnx import numpy_helper
from torch.fx.experimental.optimization import fuse
from torch.nn.utils.fusion import fuse_conv_bn_eval

MOST_PARAMETERS = 150_000_000
MOST_NUMBERS = 1000
FIXED_SIDE = {"alexnet": 224, "vgg": 224, "vit": 224, "swin": 224, "maxvit": 224, "inception": 299}


TRANSFORMERS = ("vit", "swin", "maxvit")


def classifiers():
    """Those that take longest last."""
    names = sorted(torchvision.models.list_models(module=torchvision.models))
    return sorted(names, key=lambda name: name.startswith("vgg"))


def randomized(name):
    torch.manual_seed(1)
    options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    if name in ("googlenet", "inception_v3"):
        options["transform_input"] = False
    model = torchvision.models.get_model(name, weights=None, **options)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.75, 1.25)
            torch.nn.init.normal_(module.bias, 0, 0.1)
            torch.nn.init.normal_(module.running_mean, 0, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.75, 1.25)
    return model


def without_chance(model):
    model = copy.deepcopy(model)
    for module in model.modules():
        if hasattr(module, "p") and isinstance(module.p, float):
            module.p = 0.0
    return model


def main_output(output):
    return output if torch.is_tensor(output) else output[0]


def gradients(model, images, labels, dtype):
    model = without_chance(model).to(dtype)
    logits = main_output(model(images.to(dtype)))
    torch.nn.functional.cross_entropy(logits, labels, reduction="sum").backward()
    return {name: one.grad for name, one in model.named_parameters() if one.grad is not None}


def logits(model, images):
    with torch.no_grad():
        return main_output(copy.deepcopy(model).eval().double()(images.double()))


def picked(tensor):
    flat = tensor.detach().reshape(-1)
    return flat[:: max(1, -(-flat.numel() // MOST_NUMBERS))]


def safetensors(path, tensors):
    header, offset, parts = {}, 0, []
    for name, tensor in tensors.items():
        raw = tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        parts.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        out.writelines(parts)


def with_gradients(tensors, exact, single):
    """Every n-th number of each, and what single precision is off, over the norm of all."""
    difference = squares = 0.0
    for name, gradient in exact.items():
        tensors["gradient." + name] = picked(gradient)
        difference += float((picked(gradient) - picked(single[name]).double()).square().sum())
        squares += float(picked(gradient).square().sum())
    tensors["own_deviation"] = torch.tensor([(difference / squares) ** 0.5])


def fused_by_modules(model):
    """The model with each convolution and the batch norm behind it in one, where the modules say so by their order."""
    fused = copy.deepcopy(model).eval()
    for parent in list(fused.modules()):
        children = list(parent.named_children())
        for (first, convolution), (second, norm) in zip(children, children[1:]):
            if isinstance(convolution, torch.nn.Conv2d) and isinstance(norm, torch.nn.BatchNorm2d):
                if convolution.out_channels == norm.num_features:
                    setattr(parent, first, fuse_conv_bn_eval(convolution, norm))
                    setattr(parent, second, torch.nn.Identity())
    return fused


def fused_as_exported(model, images):
    """The model as the exporter folds it, to be trained on: norms that no convolution is before keep the batch's statistics."""
    try:
        fused = fuse(copy.deepcopy(model).eval())
    except Exception:  # Not every module can be traced.
        fused = fused_by_modules(model)
    if not torch.allclose(logits(fused, images), logits(model, images), rtol=1e-4, atol=1e-6):
        return None
    for one in fused.parameters():
        one.requires_grad_(True)
    return fused.train()


def initializers_of(path):
    graph = onnx.load(path).graph
    initializers = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    # The exporter keeps one of those that are equal, and calls it by the others' names.
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in initializers:
            initializers[node.output[0]] = initializers[node.input[0]]
    return initializers


def with_numbers_of(path, names, model):
    """The model with a file's numbers, which were folded in another order and so rounded otherwise."""
    initializers = initializers_of(path)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in names:
                parameter.copy_(torch.from_numpy(initializers[names[name]].copy()))
    return model


def folded_names(path, parameters):
    """The initializers of a model by the parameters of the module that has its batch norms folded too."""
    initializers = initializers_of(path)
    names = {}
    for name, parameter in parameters.items():
        values = parameter.detach().numpy()
        alike = [
            initializer
            for initializer, numbers in initializers.items()
            if numbers.shape == values.shape and numpy.allclose(numbers, values, rtol=1e-4, atol=1e-6)
        ]
        # Several that are alike, as biases that are all zero, cannot be told apart.
        if name in alike or (len(alike) == 1 and alike[0] not in parameters):
            names[name] = name if name in alike else alike[0]
    return names


def with_statistics_of(path, model):
    """The model with the running statistics of a file: PyTorch changes them when it traces in training mode."""
    model = copy.deepcopy(model)
    own = model.state_dict()
    for one in onnx.load(path).graph.initializer:
        if one.name.endswith((".running_mean", ".running_var")) and one.name in own:
            own[one.name].copy_(torch.from_numpy(numpy_helper.to_array(one).copy()))
    return model


def export(name, folder):
    model = randomized(name)
    count = sum(one.numel() for one in model.parameters())
    if count > MOST_PARAMETERS:
        return f"{count} parameters, more than {MOST_PARAMETERS}"
    side = next((side for family, side in FIXED_SIDE.items() if name.startswith(family)), 128)
    torch.manual_seed(2)
    images = torch.randn(2 if side == 224 else 4, 3, side, side)
    labels = torch.arange(len(images)) * 7 + 3
    for mode in ("eval",) if name.startswith(TRANSFORMERS) else ("eval", "train"):
        training = torch.onnx.TrainingMode.TRAINING if mode == "train" else torch.onnx.TrainingMode.EVAL
        path = os.path.join(folder, f"{name}.{mode}.onnx")
        exported = copy.deepcopy(model).train(mode == "train")
        if mode == "train":
            for module in exported.modules():
                if isinstance(module, torchvision.ops.StochasticDepth):
                    module.p = 0.0
        dynamic = {"images": {0: "batch"}} if mode == "eval" else None
        torch.onnx.export(
            exported,
            images,
            path,
            training=training,
            do_constant_folding=mode == "eval",
            opset_version=17,
            input_names=["images"],
            dynamic_axes=dynamic,
        )
        tensors = {"images": images, "labels": labels, "logits": logits(with_statistics_of(path, model), images)}
        if mode == "train":
            copied = copy.deepcopy(model).train()
            with_gradients(
                tensors,
                gradients(copied, images, labels, torch.float64),
                gradients(copied, images, labels, torch.float32),
            )
        else:
            fused = fused_as_exported(model, images)
            if fused:
                names = folded_names(path, dict(fused.named_parameters()))
                fused = with_numbers_of(path, names, fused)
                exact = gradients(fused, images, labels, torch.float64)
                single = gradients(fused, images, labels, torch.float32)
                with_gradients(
                    tensors,
                    {names[one]: gradient for one, gradient in exact.items() if one in names},
                    {names[one]: gradient for one, gradient in single.items() if one in names},
                )
        safetensors(os.path.join(folder, f"{name}.{mode}.safetensors"), tensors)
    return ""


def main():
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name in sys.argv[2:] or classifiers():
        try:
            reason = export(name, folder)
        except Exception as failure:
            reason = str(failure).splitlines()[0]
        if reason:
            with open(os.path.join(folder, "not-exported.txt"), "a") as out:
                out.write(f"{name}: {reason}\n")
        print(name, reason or "exported", flush=True)


if __name__ == "__main__":
    main()
