"""Trains networks in PyTorch for as long as standard input says, one line a time.

Arguments: threads, device. Says "hello RELEASE" or "error WHY"; then answers each line, and ends with its input:

    load SLOT NETWORK CLASSES CHANNELS HEIGHT WIDTH BATCH PRECISION MODE   ready RELEASE PARAMETERS
    run SLOT SECONDS                                                      STEPS SECONDS
    matmul PRECISION SIDE SECONDS                                         MULTIPLY-ADDS SECONDS
    unload SLOT                                                           unloaded

MODE is channels-last, contiguous, fed (channels last, the images from pinned host memory at each step) or cuda-graph. A line that
cannot be answered so is answered "error WHY", and the next one is waited for.
"""

import gc
import sys
import time
import traceback


def refusal(why):
    return "error " + " ".join(str(why).split())[:500]


try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as missing:
    print(refusal(f"{sys.executable} cannot import PyTorch ({missing}); name another Python, or install it for this one"), flush=True)
    sys.exit(2)

THREADS, DEVICE = int(sys.argv[1]), sys.argv[2]
GPU = DEVICE.startswith("cuda")


class Refused(Exception):
    """What cannot be trained here, in words for people."""


class Block(nn.Module):
    """ResNet's for CIFAR-10, with a shortcut that has no parameters (He et al. 2015, section 4.2, option A)."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.first = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(out)
        self.second = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(out)
        self.stride = stride
        self.added = (out - channels) // 2

    def forward(self, x):
        y = functional.relu(self.first_norm(self.first(x)), inplace=True)
        y = self.second_norm(self.second(y))
        if self.added:
            x = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.added, self.added))
        return functional.relu(y + x, inplace=True)


def resnet20_cifar(channels, classes):
    layers = [nn.Conv2d(channels, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    channels = 16
    for out in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, out, 2 if block == 0 and out > 16 else 1))
            channels = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


def all_cnn_c(channels, classes):
    layers = [nn.Dropout(0.2)]
    for out, kernel, stride, padding in (
        (96, 3, 1, 1), (96, 3, 1, 1), (96, 3, 2, 1),
        (192, 3, 1, 1), (192, 3, 1, 1), (192, 3, 2, 1),
        (192, 3, 1, 0), (192, 1, 1, 0), (classes, 1, 1, 0),
    ):
        layers += [nn.Conv2d(channels, out, kernel, stride, padding), nn.ReLU(inplace=True)]
        if stride == 2:
            layers.append(nn.Dropout(0.5))
        channels = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def build(name, channels, classes):
    own = {"resnet20_cifar": resnet20_cifar, "all_cnn_c": all_cnn_c}
    if name in own:
        return own[name](channels, classes)
    try:
        from torchvision import models
    except ImportError as missing:
        raise Refused(f"{sys.executable} cannot import torchvision ({missing}), which has {name}")
    if not hasattr(models, name):
        raise Refused(f"torchvision has no {name}; compare a network that it has, or resnet20_cifar or all_cnn_c")
    with_heads = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return getattr(models, name)(num_classes=classes, **with_heads)


def round_products(precision):
    """Settings of the process, so they are set again whenever something runs."""
    torch.backends.cudnn.benchmark = True
    try:
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    except Exception:
        # Releases that have only its successor.
        torch.backends.fp32_precision = "tf32" if precision == "tf32" else "ieee"


def half(precision):
    return {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)


def finish():
    if GPU:
        torch.cuda.synchronize()


class Training:
    """A network with images of its own, and the step that trains it."""

    def __init__(self, name, classes, channels, height, width, batch, precision, mode):
        classes, channels, height, width, batch = (int(word) for word in (classes, channels, height, width, batch))
        round_products(precision)
        self.precision, self.graph = precision, mode == "cuda-graph"
        layout = torch.contiguous_format if mode == "contiguous" else torch.channels_last
        self.model = build(name, channels, classes).to(DEVICE).to(memory_format=layout).train()
        self.parameters = sum(parameter.numel() for parameter in self.model.parameters())
        # Few are drawn and many made of them: a processor takes seconds for so many.
        drawn = torch.randn(min(batch, 16), channels, height, width)
        images = drawn.repeat(-(-batch // len(drawn)), 1, 1, 1)[:batch].contiguous(memory_format=layout)
        labels = torch.randint(0, classes, (batch,))
        self.fed = mode == "fed"
        if self.fed and GPU:
            images, labels = images.pin_memory(), labels.pin_memory()
        if not self.fed:
            images, labels = images.to(DEVICE), labels.to(DEVICE)
        self.images, self.labels = images, labels
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-6)
        self.run = self.replayed() if self.graph else self.step

    def loss(self, images, labels):
        output = self.model(images)
        heads = output if isinstance(output, tuple) else (output,)
        losses = [functional.cross_entropy(head, labels) for head in heads]
        return losses[0] + 0.3 * sum(losses[1:])

    def step(self):
        images, labels = self.images, self.labels
        if self.fed:
            images, labels = images.to(DEVICE, non_blocking=True), labels.to(DEVICE, non_blocking=True)
        self.optimizer.zero_grad(set_to_none=True)
        if half(self.precision) is None:
            total = self.loss(images, labels)
        else:
            with torch.autocast(DEVICE.split(":")[0], dtype=half(self.precision), cache_enabled=not self.graph):
                total = self.loss(images, labels)
        total.backward()
        self.optimizer.step()

    def replayed(self):
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(5):
                self.step()
        torch.cuda.current_stream().wait_stream(side)
        # The gradients' memory is to be the graph's own.
        self.optimizer.zero_grad(set_to_none=True)
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            self.step()
        return captured.replay


def timed(run, seconds):
    steps = 0
    finish()
    begin = time.perf_counter()
    while steps == 0 or time.perf_counter() - begin < seconds:
        run()
        if steps % 4 == 0:
            finish()
        steps += 1
    finish()
    return steps, time.perf_counter() - begin


def matmul(precision, side, seconds):
    round_products(precision)
    side = int(side)
    kind = half(precision) or torch.float32
    one, other = (torch.randn(side, side, device=DEVICE).to(kind) for _ in range(2))
    timed(lambda: one @ other, 0)
    steps, took = timed(lambda: one @ other, float(seconds))
    return f"{steps * side ** 3} {took:.9f}"


def free():
    gc.collect()
    if GPU:
        torch.cuda.empty_cache()


def answer(slots, words):
    if words[0] == "load":
        training = Training(*words[2:])
        slots[words[1]] = training
        finish()
        return f"ready {torch.__version__} {training.parameters}"
    if words[0] == "run":
        training = slots[words[1]]
        round_products(training.precision)
        steps, took = timed(training.run, float(words[2]))
        return f"{steps} {took:.9f}"
    if words[0] == "matmul":
        return matmul(*words[1:])
    if words[0] == "unload":
        slots.pop(words[1], None)
        free()
        return "unloaded"
    raise Refused(f"there is no {words[0]}")


def main():
    torch.set_num_threads(THREADS)
    print("hello", torch.__version__, flush=True)
    slots = {}
    for line in sys.stdin:
        try:
            if GPU:
                torch.cuda.set_device(DEVICE)
            said = answer(slots, line.split())
        except Refused as refused:
            said = refusal(refused)
        except Exception as failed:
            traceback.print_exc()
            said = refusal(f"{type(failed).__name__}: {failed}")
        if said.startswith("error "):
            # Without what the exception held.
            free()
        print(said, flush=True)


main()
