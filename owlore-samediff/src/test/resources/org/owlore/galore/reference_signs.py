"""Writes reference_signs.txt: the signs that LAPACK's sgesdd gives to singular vectors.

The sign of a singular vector is arbitrary, but GaLore's moments are kept over a refresh, so the
weights after it depend on the choice. The reference values come from a PyTorch that calls the
sgesdd of LAPACK 3.10 or later (Debian 12: OpenBLAS 0.3.21). ND4J brings an older LAPACK, whose
SLARTG chooses other signs, as do MKL and so the PyTorch wheels. The tests take the signs from this
file and everything else from the code under test.

Each line: rows, columns, Frobenius norm of a gradient, then for its first 8 left and 8 right
singular vectors '+' where sgesdd makes the entry of largest magnitude positive.

Needs torch, transformers, the reference data (OWLORE_SHARED) and a directory with Debian's
liblapack.so.3 on LD_LIBRARY_PATH.
"""

import ctypes
import json
import os
import sys

import numpy as np
import torch
from transformers import LlamaForCausalLM

SHARED = os.environ["OWLORE_SHARED"]
LAPACK = ctypes.CDLL("liblapack.so.3")
COUNT = 8
lines = {}


def gesdd(matrix):
    a = np.array(matrix, np.float32, order="F")
    m, n = a.shape
    k = min(m, n)
    s = np.zeros(k, np.float32)
    u = np.zeros((m, k), np.float32, order="F")
    vt = np.zeros((k, n), np.float32, order="F")
    integers = np.zeros(8 * k, np.int32)
    info = ctypes.c_int(0)

    def number(value):
        return ctypes.byref(ctypes.c_int(value))

    def array(value):
        return value.ctypes.data_as(ctypes.c_void_p)

    work = np.zeros(1, np.float32)
    for size in (-1, None):
        if size is None:
            size = int(work[0])
            work = np.zeros(size, np.float32)
        LAPACK.sgesdd_(
            b"S", number(m), number(n), array(a), number(m), array(s), array(u), number(m),
            array(vt), number(k), array(work), number(size), array(integers), ctypes.byref(info))
        assert info.value == 0
    return u, s, vt


def signs(columns):
    largest = columns[np.abs(columns).argmax(0), range(columns.shape[1])]
    return "".join("+" if x > 0 else "-" for x in largest[:COUNT])


def record(gradient):
    u, s, vt = gesdd(gradient)
    key = (*gradient.shape, float("%.7g" % np.linalg.norm(gradient.astype(np.float64))))
    lines[key] = signs(u), signs(vt.T)
    return u, s, vt


def record_cases():
    folder = SHARED + "/golden/galore/"
    for case in json.load(open(folder + "cases.json")):
        gradients = np.load(folder + case["case"] + ".G.npy")
        for step in range(0, case["steps"], case["update_proj_gap"]):
            record(gradients[step])


def record_training(method, curves, tokens):
    model = LlamaForCausalLM.from_pretrained(
        SHARED + "/data/stories260K", dtype=torch.float32, attn_implementation="eager")
    galore = curves["galore"]
    rank, interval = galore["rank"], galore["update_proj_gap"]
    rate, epsilon, (b1, b2) = curves["lr"], curves["eps"], curves["betas"]
    state = {}
    for step in range(curves["steps"]):
        rows = [(curves["batch"] * step + i) % len(tokens) for i in range(curves["batch"])]
        batch = tokens[rows]
        logits = model(batch[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), batch[:, 1:].reshape(-1))
        error = abs(loss.item() - curves["loss"][method][step])
        assert error < 1e-5, (method, step, error)
        model.zero_grad()
        loss.backward()
        active = curves["active_blocks_every_5_steps"][step // 5]
        for name, weight in model.named_parameters():
            frozen = ".layers." in name and int(name.split(".layers.")[1].split(".")[0]) not in active
            if method == "owlore" and frozen:
                continue
            own = state.setdefault(name, {"t": 0})
            gradient = weight.grad
            projected = weight.ndim == 2 and ("self_attn" in name or "mlp" in name)
            low = gradient
            if projected:
                right = gradient.shape[0] >= gradient.shape[1]
                if own["t"] % interval == 0:
                    u, _, vt = record(gradient.numpy())
                    u, vt = (torch.from_numpy(np.ascontiguousarray(x)) for x in (u, vt))
                    own["basis"] = (vt[:rank].T if right else u[:, :rank]).clone()
                low = gradient @ own["basis"] if right else own["basis"].T @ gradient
            if own["t"] == 0:
                own["m"], own["v"] = torch.zeros_like(low), torch.zeros_like(low)
            own["t"] += 1
            own["m"].mul_(b1).add_(low, alpha=1 - b1)
            own["v"].mul_(b2).addcmul_(low, low, value=1 - b2)
            update = own["m"] / (own["v"].sqrt() + epsilon)
            if projected:
                update = update @ own["basis"].T if right else own["basis"] @ update
            eta = rate * np.sqrt(1 - b2 ** own["t"]) / (1 - b1 ** own["t"])
            with torch.no_grad():
                weight -= eta * update


def main():
    torch.set_num_threads(1)
    record_cases()
    curves = json.load(open(SHARED + "/golden/train/curves.json"))
    tokens = torch.from_numpy(np.load(SHARED + "/golden/train/tokens.npy")).long()
    for method in ("galore_adamw", "owlore"):
        record_training(method, curves, tokens)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference_signs.txt"), "w") as out:
        for (rows, columns, norm), (left, right) in sorted(lines.items()):
            out.write(f"{rows} {columns} {norm:.7g} {left} {right}\n")
    print(len(lines), "gradients", file=sys.stderr)


main()
