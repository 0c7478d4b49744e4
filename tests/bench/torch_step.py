"""One training step of a decoder-only transformer in PyTorch eager, timed: the yardstick for the engine's step.

Reads {"layers", "dModel", "heads", "feedForward", "vocabulary", "batch", "length", "threads", "steps"} and
optionally "tiedHead" (true) as JSON from standard input, and prints {"millisecondsPerStep" (median),
"millisecondsBest", "tokensPerSecond", "parameters", "sgemmPeakGflops", "loss", "torch"} as JSON. The model is
Llama's block: RMSNorm, half-split RoPE, causal attention, SwiGLU, float32; the step is forward, backward, gradient
clipping and AdamW. Needs torch 1.13 or later and nothing else; data are random and no weights are loaded. A median
far above the best says that the machine was busy: PyTorch's threads wait for each other at every operator.
"""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, width: int, epsilon: float = 1e-5):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.gain


def rotation_tables(head_dim: int, length: int, theta: float = 10_000.0) -> tuple:
    """cos and sin, [length, head_dim], each half the same."""
    frequencies = theta ** (-torch.arange(0, head_dim, 2) / head_dim)
    angles = torch.outer(torch.arange(length), frequencies).repeat(1, 2)
    return angles.cos(), angles.sin()


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Block(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.heads = heads
        self.attention_norm = RMSNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.feed_forward_norm = RMSNorm(width)
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = x + self.attend(self.attention_norm(x), cos, sin, mask)
        normed = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))

    def attend(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        head_dim = width // self.heads
        parts = self.query_key_value(x).view(batch, length, 3, self.heads, head_dim)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        scores = query @ key.transpose(-1, -2) * head_dim**-0.5 + mask
        return self.output((scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, width))


class Transformer(nn.Module):
    def __init__(self, setup: dict):
        super().__init__()
        width, heads, length = setup["dModel"], setup["heads"], setup["length"]
        self.embedding = nn.Embedding(setup["vocabulary"], width)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(width, heads, setup["feedForward"]) for _ in range(setup["layers"]))
        self.norm = RMSNorm(width)
        self.head = nn.Linear(width, setup["vocabulary"], bias=False)
        if setup.get("tiedHead", True):
            self.head.weight = self.embedding.weight
        cos, sin = rotation_tables(width // heads, length)
        mask = torch.full((length, length), float("-inf")).triu(1)
        for name, table in (("cos", cos), ("sin", sin), ("mask", mask)):
            self.register_buffer(name, table)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, self.cos, self.sin, self.mask)
        return self.head(self.norm(x))


def time_steps(model: Transformer, setup: dict, warmup: int = 3) -> tuple:
    """Seconds of each timed step, and the last loss."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-4, betas=(0.9, 0.95), weight_decay=0.1)
    seconds = []
    for step in range(warmup + setup["steps"]):
        tokens = torch.randint(setup["vocabulary"], (setup["batch"], setup["length"] + 1))
        start = time.perf_counter()
        logits = model(tokens[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step >= warmup:
            seconds.append(time.perf_counter() - start)
    return seconds, loss.item()


def sgemm_peak(sizes: tuple = (1024, 2048), repetitions: int = 8) -> float:
    """Best GFLOP/s of a square float32 product."""
    best = 0.0
    for size in sizes:
        a, b, product = torch.randn(size, size), torch.randn(size, size), torch.empty(size, size)
        for _ in range(repetitions):
            start = time.perf_counter()
            torch.mm(a, b, out=product)
            best = max(best, 2 * size**3 / (time.perf_counter() - start) / 1e9)
    return best


def main() -> None:
    setup = json.load(sys.stdin)
    torch.set_num_threads(setup["threads"])
    torch.manual_seed(0)
    model = Transformer(setup)
    seconds, loss = time_steps(model, setup)
    median = statistics.median(seconds)
    result = {
        "millisecondsPerStep": 1000 * median,
        "millisecondsBest": 1000 * min(seconds),
        "tokensPerSecond": setup["batch"] * setup["length"] / median,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "sgemmPeakGflops": sgemm_peak(),
        "loss": loss,
        "torch": torch.__version__,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
