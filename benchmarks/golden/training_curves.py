"""Twenty steps of GaLore and OwLore in PyTorch, with the signs of singular vectors settled.

The sign of a singular vector is arbitrary, but kept moments go on in the direction they came from
only if a new vector points the same way as the one it succeeds. The public GaLore code leaves the
sign to LAPACK, so that its curves differ from one LAPACK build to the next (by 1e-2 after 20 steps).
Here, as in org.owlore.galore, a vector that points away from its predecessor is flipped; the curves
are then the same for every build, and lower.

usage: training_curves.py SHARED OUT.json      (needs torch, transformers, numpy)
  SHARED: the reference data, for golden/train (tokens, settings) and data/stories260K
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM

STEPS = 20
WEIGHTS = [
    "model.embed_tokens.weight",
    "model.layers.0.self_attn.q_proj.weight",
    "model.layers.3.mlp.down_proj.weight",
]
SAMPLES = 64


def subspace(gradient, rank, right, previous):
    left_vectors, _, right_vectors = torch.linalg.svd(gradient, full_matrices=False)
    found = right_vectors[:rank].T if right else left_vectors[:, :rank]
    if previous is not None:
        found = found * torch.where((found * previous).sum(0) < 0, -1.0, 1.0)
    return found


def train(shared, settings, blocks_of_step):
    tokens = torch.tensor(np.load(shared / "golden/train/tokens.npy")).long()
    model = AutoModelForCausalLM.from_pretrained(shared / "data/stories260K", dtype=torch.float32)
    galore, rate, epsilon = settings["galore"], settings["lr"], settings["eps"]
    states, losses = {}, []
    for step in range(STEPS):
        rows = tokens[[(4 * step + i) % len(tokens) for i in range(4)]]
        logits = model(rows[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), rows[:, 1:].reshape(-1)
        )
        losses.append(loss.item())
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for name, weight in model.named_parameters():
                in_block = ".layers." in name
                if in_block and int(name.split(".")[2]) not in blocks_of_step(step):
                    continue
                update(weight, in_block, states.setdefault(name, {"t": 0}), galore, rate, epsilon)
    weights = dict(model.named_parameters())
    samples = {name: sample(weights[name]) for name in WEIGHTS}
    return {"loss": losses, "weights": samples}


def update(weight, in_block, state, galore, rate, epsilon):
    gradient = weight.grad
    projected = in_block and weight.dim() == 2
    right = projected and weight.shape[0] >= weight.shape[1]
    if projected:
        if state["t"] % galore["update_proj_gap"] == 0:
            state["P"] = subspace(gradient, galore["rank"], right, state.get("P"))
        basis = state["P"]
        gradient = gradient @ basis if right else basis.T @ gradient
    state["t"] += 1
    t = state["t"]
    first = state.setdefault("M", torch.zeros_like(gradient))
    second = state.setdefault("V", torch.zeros_like(gradient))
    first.mul_(0.9).add_(gradient, alpha=0.1)
    second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
    step = first / (second.sqrt() + epsilon) * rate * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    if projected:
        step = step @ basis.T if right else basis @ step
    weight.sub_(step)


def sample(weight):
    flat = weight.detach().reshape(-1)
    return [flat[i * len(flat) // SAMPLES].item() for i in range(SAMPLES)]


def main():
    shared, out = Path(sys.argv[1]), Path(sys.argv[2])
    settings = json.loads((shared / "golden/train/curves.json").read_text())
    blocks = settings["active_blocks_every_5_steps"]
    curves = {
        "galore_adamw": train(shared, settings, lambda step: range(5)),
        "owlore": train(shared, settings, lambda step: blocks[step // 5]),
    }
    out.write_text(json.dumps(curves, indent=1))


main()
