"""Training steps of a Llama in PyTorch, one for each line that is read.

`owlore benchmark` runs this as a child process, so that its steps and ours alternate. The first line
that is written says which PyTorch this is; then each line read is `full`, or `lisa` or `owlore` with
the numbers of the blocks that train (`owlore 2 5`), and is answered with the milliseconds that the
step took: forward, backward, update.

The model is that of org.owlore.huggingface.LlamaGraph: RMSNorm, rotary embedding, SwiGLU, no biases,
a head of its own. Frozen blocks have requires_grad=False. The optimizer is torch.optim.AdamW, in its
fastest form for this machine, and for the matrices of the blocks in `owlore` galore-torch's GaLoreAdamW.

Needs torch, and galore-torch for `owlore`.
"""

import argparse
import contextlib
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        # Written out, this is faster on CPUs than torch.nn.functional.rms_norm.
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


def linear(inputs, outputs):
    return nn.Linear(inputs, outputs, bias=False)


def rotated(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


class Block(nn.Module):
    def __init__(self, hidden, intermediate, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm, self.mlp_norm = Norm(hidden), Norm(hidden)
        self.q, self.k, self.v, self.o = [linear(hidden, hidden) for _ in range(4)]
        self.gate, self.up = linear(hidden, intermediate), linear(hidden, intermediate)
        self.down = linear(intermediate, hidden)

    def forward(self, x, cos, sin):
        batch, length, hidden = x.shape

        def split(y):
            return y.view(batch, length, self.heads, -1).transpose(1, 2)

        y = self.attention_norm(x)
        query, key = rotated(split(self.q(y)), cos, sin), rotated(split(self.k(y)), cos, sin)
        seen = F.scaled_dot_product_attention(query, key, split(self.v(y)), is_causal=True)
        x = x + self.o(seen.transpose(1, 2).reshape(batch, length, hidden))
        y = self.mlp_norm(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))

    def matrices(self):
        return [p for p in self.parameters() if p.dim() == 2]


class Llama(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.embedding = nn.Embedding(options.vocabulary, options.hidden)
        self.blocks = nn.ModuleList(
            Block(options.hidden, options.intermediate, options.heads) for _ in range(options.blocks)
        )
        self.norm = Norm(options.hidden)
        self.head = linear(options.hidden, options.vocabulary)
        size = options.hidden // options.heads
        frequencies = 1 / 10000 ** (torch.arange(0, size, 2) / size)
        angles = torch.outer(torch.arange(options.length), frequencies).repeat(1, 2)
        self.cos, self.sin = angles.cos(), angles.sin()
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids, labels):
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        return F.cross_entropy(self.head(self.norm(x)).flatten(0, 1), labels.flatten())

    def train_only(self, blocks):
        for index, block in enumerate(self.blocks):
            block.requires_grad_(index in blocks)


def fastest_adamw():
    """The form of AdamW that is fastest here: all tensors at once, or in one fused loop."""

    def seconds(form):
        weights = [torch.zeros(512, 512, requires_grad=True) for _ in range(8)]
        for weight in weights:
            weight.grad = torch.randn_like(weight)
        optimizer = torch.optim.AdamW(weights, **form)
        best = float("inf")
        for _ in range(4):
            start = time.perf_counter()
            optimizer.step()
            best = min(best, time.perf_counter() - start)
        return best

    return min(({"fused": True}, {"foreach": True}), key=seconds)


def galore_adamw(matrices, rank):
    # galore-torch imports transformers, which may have something to say on standard output.
    with contextlib.redirect_stdout(sys.stderr):
        from galore_torch import GaLoreAdamW
    group = {
        "params": matrices,
        "rank": rank,
        "update_proj_gap": 200,
        "scale": 1.0,
        "proj_type": "std",
    }
    return GaLoreAdamW([group], lr=1e-5, no_deprecation_warning=True)


def optimizers(model, method, rank, form):
    """The optimizers of a method; weights without a gradient are left alone by each."""
    low_rank = method == "owlore"
    matrices = [p for block in model.blocks for p in block.matrices()] if low_rank else []
    projected = {id(p) for p in matrices if min(p.shape) > rank}
    plain = [p for p in model.parameters() if id(p) not in projected]
    made = [torch.optim.AdamW(plain, lr=1e-5, weight_decay=0.0, **form)]
    if projected:
        made.append(galore_adamw([p for p in matrices if id(p) in projected], rank))
    return made


def step(model, made, ids, labels):
    start = time.perf_counter()
    model(ids, labels).backward()
    for optimizer in made:
        optimizer.step()
    model.zero_grad(set_to_none=True)
    return (time.perf_counter() - start) * 1e3


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--methods", default="full,lisa,owlore")
    for name, default in {
        "threads": 2,
        "blocks": 8,
        "hidden": 512,
        "intermediate": 1376,
        "heads": 8,
        "vocabulary": 4096,
        "batch": 4,
        "length": 128,
        "rank": 128,
    }.items():
        parser.add_argument("--" + name, type=int, default=default)
    return parser.parse_args()


def main():
    asked = options()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(1)
    model = Llama(asked)
    form = fastest_adamw()
    made = {
        method: optimizers(model, method, asked.rank, form) for method in asked.methods.split(",")
    }
    ids, labels = (
        torch.randint(asked.vocabulary, (asked.batch, asked.length)) for _ in range(2)
    )
    print(f"torch {torch.__version__}, AdamW {', '.join(form)}", flush=True)
    for line in sys.stdin:
        method, *blocks = line.split()
        model.train_only({int(block) for block in blocks} or range(asked.blocks))
        print(step(model, made[method], ids, labels), flush=True)


if __name__ == "__main__":
    main()
