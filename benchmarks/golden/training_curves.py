"""Twenty steps of GaLore and OwLore in PyTorch, with the signs of singular vectors settled.

See owlore_reference.py for what that means.

usage: training_curves.py SHARED OUT.json      (needs torch, transformers, numpy)
  SHARED: the reference data, for golden/train (tokens, settings) and data/stories260K
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM

from owlore_reference import update

STEPS = 20
WEIGHTS = [
    "model.embed_tokens.weight",
    "model.layers.0.self_attn.q_proj.weight",
    "model.layers.3.mlp.down_proj.weight",
]
SAMPLES = 64


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
