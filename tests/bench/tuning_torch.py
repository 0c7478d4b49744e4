"""One training step in PyTorch eager with all weights trained, or with low-rank adapters beside frozen ones.

Reads what torch_step.py reads, and optionally "rank" and "alpha", as JSON from standard input, and prints
{"millisecondsPerStep" (median), "millisecondsBest", "trained"} as JSON. With a rank every linear layer of a block has
an adapter as PEFT makes it; queries, keys and values, which are one layer there, share one.
"""

import json
import statistics
import sys

import torch
from torch import nn

from torch_step import Transformer, time_steps


class Adapted(nn.Module):
    def __init__(self, linear: nn.Linear, rank: int, alpha: float):
        super().__init__()
        self.linear = linear
        self.down = nn.Linear(linear.in_features, rank, bias=False)
        self.up = nn.Linear(rank, linear.out_features, bias=False)
        nn.init.zeros_(self.up.weight)
        self.scale = alpha / rank

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x) + self.up(self.down(x)) * self.scale


def adapt(model: Transformer, rank: int, alpha: float) -> None:
    """Freezes the model and puts an adapter beside each linear layer of its blocks."""
    model.requires_grad_(False)
    for block in model.blocks:
        for name, layer in list(block.named_children()):
            if isinstance(layer, nn.Linear):
                setattr(block, name, Adapted(layer, rank, alpha))


def main() -> None:
    setup = json.load(sys.stdin)
    torch.set_num_threads(setup["threads"])
    torch.manual_seed(0)
    model = Transformer(setup)
    if "rank" in setup:
        adapt(model, setup["rank"], setup["alpha"])
    seconds, _ = time_steps(model, setup)
    result = {
        "millisecondsPerStep": 1000 * statistics.median(seconds),
        "millisecondsBest": 1000 * min(seconds),
        "trained": sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
