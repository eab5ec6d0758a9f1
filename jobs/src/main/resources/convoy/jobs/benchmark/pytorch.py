"""Trains a network in PyTorch for as long as standard input says, one line a time.

Arguments: network, classes, channels, height, width, batch, threads, device, precision, mode (channels-last, contiguous or cuda-graph).
Says "ready RELEASE PARAMETERS" or "error WHY"; then answers each line, a number of seconds, with "STEPS SECONDS". Ends with its input.
"""

import sys
import time


def fail(why):
    print("error " + " ".join(str(why).split()), flush=True)
    sys.exit(2)


try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as missing:
    fail(f"{sys.executable} cannot import PyTorch ({missing}); name another Python, or install it for this one")

NAME = sys.argv[1]
CLASSES, CHANNELS, HEIGHT, WIDTH, BATCH, THREADS = (int(word) for word in sys.argv[2:8])
DEVICE, PRECISION, MODE = sys.argv[8:11]


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


def resnet20_cifar():
    layers = [nn.Conv2d(CHANNELS, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    channels = 16
    for out in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, out, 2 if block == 0 and out > 16 else 1))
            channels = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES))


def all_cnn_c():
    layers = [nn.Dropout(0.2)]
    channels = CHANNELS
    for out, kernel, stride, padding in (
        (96, 3, 1, 1), (96, 3, 1, 1), (96, 3, 2, 1),
        (192, 3, 1, 1), (192, 3, 1, 1), (192, 3, 2, 1),
        (192, 3, 1, 0), (192, 1, 1, 0), (CLASSES, 1, 1, 0),
    ):
        layers += [nn.Conv2d(channels, out, kernel, stride, padding), nn.ReLU(inplace=True)]
        if stride == 2:
            layers.append(nn.Dropout(0.5))
        channels = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def build():
    own = {"resnet20_cifar": resnet20_cifar, "all_cnn_c": all_cnn_c}
    if NAME in own:
        return own[NAME]()
    try:
        from torchvision import models
    except ImportError as missing:
        fail(f"{sys.executable} cannot import torchvision ({missing}), which has {NAME}")
    if not hasattr(models, NAME):
        fail(f"torchvision has no {NAME}; compare a network that it has, or resnet20_cifar or all_cnn_c")
    with_heads = {"init_weights": False} if NAME in ("googlenet", "inception_v3") else {}
    return getattr(models, NAME)(num_classes=CLASSES, **with_heads)


def main():
    torch.set_num_threads(THREADS)
    gpu = DEVICE.startswith("cuda")
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = PRECISION == "tf32"
    graph = MODE == "cuda-graph"
    layout = torch.contiguous_format if MODE == "contiguous" else torch.channels_last
    half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(PRECISION)

    model = build().to(DEVICE).to(memory_format=layout).train()
    images = torch.randn(BATCH, CHANNELS, HEIGHT, WIDTH, device=DEVICE).contiguous(memory_format=layout)
    labels = torch.randint(0, CLASSES, (BATCH,), device=DEVICE)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)

    def loss():
        output = model(images)
        heads = output if isinstance(output, tuple) else (output,)
        losses = [functional.cross_entropy(head, labels) for head in heads]
        return losses[0] + 0.3 * sum(losses[1:])

    def step():
        optimizer.zero_grad(set_to_none=True)
        if half is None:
            total = loss()
        else:
            with torch.autocast(DEVICE.split(":")[0], dtype=half, cache_enabled=not graph):
                total = loss()
        total.backward()
        optimizer.step()

    def replayed():
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(5):
                step()
        torch.cuda.current_stream().wait_stream(side)
        # The gradients' memory is to be the graph's own.
        optimizer.zero_grad(set_to_none=True)
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            step()
        return captured.replay

    def finish():
        if gpu:
            torch.cuda.synchronize()

    if gpu:
        torch.cuda.set_device(DEVICE)
    run = replayed() if graph else step
    print("ready", torch.__version__, sum(parameter.numel() for parameter in model.parameters()), flush=True)
    for line in sys.stdin:
        seconds, steps = float(line), 0
        finish()
        begin = time.perf_counter()
        while steps == 0 or time.perf_counter() - begin < seconds:
            run()
            if steps % 4 == 0:
                finish()
            steps += 1
        finish()
        print(steps, f"{time.perf_counter() - begin:.9f}", flush=True)


main()
