"""Tiny random checkpoints, saved by transformers, with the logits that transformers computes.

    python make_checkpoints.py FOLDER

writes FOLDER/<case>/checkpoint (a Hugging Face directory) and FOLDER/<case>/reference:
<batch>.tokens.npy and <batch>.mask.npy, int32 [batch, sequence]; <batch>.logits.npy, float32.
The reference runs in float32 on the weights as they stand in the files.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)
from transformers.utils import logging

SIZES = dict(
    vocab_size=96,
    hidden_size=64,
    intermediate_size=80,
    num_hidden_layers=3,
    num_attention_heads=8,
    num_key_value_heads=2,
    max_position_embeddings=128,
    initializer_range=0.15,
    rms_norm_eps=1e-5,
    bos_token_id=1,
    eos_token_id=2,
)


def llama(**changes):
    return LlamaForCausalLM(LlamaConfig(**{**SIZES, **changes}))


def rope(**parameters):
    return {"rope_theta": 10000.0, **parameters}


LLAMA3 = rope(
    rope_type="llama3",
    rope_theta=500000.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)

FAMILIES = {
    "llama2": lambda: llama(num_key_value_heads=8),
    "llama3": lambda: llama(rope_parameters=LLAMA3, tie_word_embeddings=True),
    "llama-linear": lambda: llama(rope_parameters=rope(rope_type="linear", factor=4.0)),
    "llama-dynamic": lambda: llama(rope_parameters=rope(rope_type="dynamic", factor=4.0)),
    "llama-bias": lambda: llama(attention_bias=True, mlp_bias=True, head_dim=12),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SIZES, sliding_window=9)),
    "qwen2": lambda: Qwen2ForCausalLM(Qwen2Config(**SIZES, tie_word_embeddings=True)),
    "qwen2-window": lambda: Qwen2ForCausalLM(
        Qwen2Config(**SIZES, use_sliding_window=True, sliding_window=7, max_window_layers=1)
    ),
}
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
LAYOUTS = {"single": "5GB", "sharded": "100KB"}


def batches():
    """Name to (tokens, mask): full rows, and rows of different lengths padded on either side."""
    random = np.random.default_rng(7)
    tokens = random.integers(0, SIZES["vocab_size"], (3, 60)).astype(np.int32)
    lengths = np.array([60, 23, 1])[:, None]
    place = np.arange(60)[None, :]
    yield "full", tokens, np.ones_like(tokens)
    yield "right", tokens, (place < lengths).astype(np.int32)
    yield "left", tokens, (place >= 60 - lengths).astype(np.int32)
    yield "short", tokens[:1, :1], np.ones((1, 1), np.int32)


def save(folder, family, make, kind, layout, shard_size):
    torch.manual_seed(sum(map(ord, family)))
    model = make()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:  # norms and biases: away from 1 and 0
                parameter.add_(0.2 * torch.randn_like(parameter))
    case = folder / f"{family}-{kind}-{layout}"
    model.to(TYPES[kind]).save_pretrained(case / "checkpoint", max_shard_size=shard_size)
    shards = len(list((case / "checkpoint").glob("*.safetensors")))
    assert (shards > 1) == (layout == "sharded"), shards

    reloaded = AutoModelForCausalLM.from_pretrained(
        case / "checkpoint", dtype=torch.float32, attn_implementation="eager"
    )
    (case / "reference").mkdir()
    for name, tokens, mask in batches():
        with torch.no_grad():
            logits = reloaded(
                input_ids=torch.from_numpy(tokens).long(),
                attention_mask=torch.from_numpy(mask).long(),
                # ours are counted from the start of the row, padding or not
                position_ids=torch.arange(tokens.shape[1])[None].expand(tokens.shape),
            ).logits
        np.save(case / "reference" / f"{name}.tokens.npy", tokens)
        np.save(case / "reference" / f"{name}.mask.npy", mask)
        np.save(case / "reference" / f"{name}.logits.npy", logits.numpy())
    print(case.name, shards, "file(s), logits up to %.1f" % logits.abs().max())


def main():
    logging.disable_progress_bar()
    folder = Path(sys.argv[1])
    for family, make in FAMILIES.items():
        for kind in TYPES:
            for layout, shard_size in LAYOUTS.items():
                save(folder, family, make, kind, layout, shard_size)


if __name__ == "__main__":
    main()
