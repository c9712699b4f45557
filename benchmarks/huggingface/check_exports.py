"""Loads in transformers what the Java side exported, and compares the logits.

    python check_exports.py FOLDER

FOLDER is that of make_checkpoints.py after TransformersAgreementTest ran over it: each
FOLDER/<case>/exported/checkpoint was written by this project, beside exported/tokens.npy and
exported/logits.npy. Ends with an error where logits differ by more than 1e-4.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging

TOLERANCE = 1e-4


def main():
    logging.disable_progress_bar()
    worst = 0.0
    exports = sorted(Path(sys.argv[1]).glob("*/exported"))
    assert exports, "no exports found: run TransformersAgreementTest first"
    for export in exports:
        model, info = AutoModelForCausalLM.from_pretrained(
            export / "checkpoint",
            dtype=torch.float32,
            attn_implementation="eager",
            output_loading_info=True,
        )
        problems = {key: value for key, value in info.items() if value}
        assert not problems, (export, problems)
        tokens = np.load(export / "tokens.npy").astype(np.int64)
        with torch.no_grad():
            logits = model(input_ids=torch.from_numpy(tokens)).logits.numpy()
        difference = float(np.abs(logits - np.load(export / "logits.npy")).max())
        print(f"{export.parent.name:32} {difference:.2e}")
        worst = max(worst, difference)
    print(f"{len(exports)} exports, largest difference {worst:.2e}")
    sys.exit(worst > TOLERANCE)


if __name__ == "__main__":
    main()
