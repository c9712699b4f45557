"""Twenty steps of OwLore in PyTorch on a small random GPT-2, and the same model as an ONNX file.

usage: training_curves.py OUT      (needs torch, transformers, onnx, numpy)
  OUT: folder for gpt2.onnx, tokens and losses; the copy among the tests' resources was made so
"""

import json
import sys
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel

sys.path.insert(0, str(Path(__file__).parents[1] / "golden"))
from owlore_reference import update  # noqa: E402

STEPS = 20
INTERVAL = 5
ROWS, LENGTH, VOCABULARY = 4, 16, 61
BLOCKS = [[0, 2], [1, 3], [0, 1], [2, 3]]
GALORE = {"rank": 4, "update_proj_gap": 10}
LEARNING_RATE, EPSILON = 3e-3, 1e-6


class Logits(torch.nn.Module):
    """Only the logits, and no cache: what is exported."""

    def __init__(self, model):
        super().__init__()
        self.transformer = model.transformer
        self.lm_head = model.lm_head

    def forward(self, input_ids, attention_mask):
        hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask, use_cache=False)
        return self.lm_head(hidden.last_hidden_state)


def random_model():
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=VOCABULARY, n_positions=32, n_embd=32, n_layer=4, n_head=4,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0,
    )
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return model


def export(model, file):
    ids = torch.zeros(2, 5, dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        Logits(model), (ids, torch.ones_like(ids)), file, dynamo=False, opset_version=17,
        input_names=names, output_names=["logits"], dynamic_axes={n: axes for n in [*names, "logits"]},
    )


def train(model, tokens):
    states, losses = {}, []
    for step in range(STEPS):
        rows = tokens[step]
        logits = model(rows[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(
            logits.reshape(-1, VOCABULARY), rows[:, 1:].reshape(-1)
        )
        losses.append(loss.item())
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for name, weight in model.named_parameters():
                in_block = ".h." in name
                if in_block and int(name.split(".")[2]) not in BLOCKS[step // INTERVAL]:
                    continue
                state = states.setdefault(name, {"t": 0})
                update(weight, in_block, state, GALORE, LEARNING_RATE, EPSILON)
    return losses


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    model = random_model()
    export(model, out / "gpt2.onnx")
    start = torch.randint(0, VOCABULARY, (STEPS, ROWS, 1))
    tokens = (start + 3 * torch.arange(LENGTH + 1)) % VOCABULARY
    curve = {
        "blocks": BLOCKS,
        "interval": INTERVAL,
        "rank": GALORE["rank"],
        "refreshInterval": GALORE["update_proj_gap"],
        "learningRate": LEARNING_RATE,
        "tokens": tokens.tolist(),
        "losses": train(model, tokens),
    }
    (out / "gpt2_owlore.json").write_text(json.dumps(curve))


main()
