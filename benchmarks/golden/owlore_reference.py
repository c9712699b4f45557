"""One step of AdamW and of GaLore AdamW in PyTorch, with the signs of singular vectors settled.

The sign of a singular vector is arbitrary, but kept moments go on in the direction they came from
only if a new vector points the same way as the one it succeeds. The public GaLore code leaves the
sign to LAPACK, so that its curves differ from one LAPACK build to the next (by 1e-2 after 20 steps).
Here, as in org.owlore.galore, a vector that points away from its predecessor is flipped; the curves
are then the same for every build, and lower.
"""

import math

import torch


def subspace(gradient, rank, right, previous):
    left_vectors, _, right_vectors = torch.linalg.svd(gradient, full_matrices=False)
    found = right_vectors[:rank].T if right else left_vectors[:, :rank]
    if previous is not None:
        found = found * torch.where((found * previous).sum(0) < 0, -1.0, 1.0)
    return found


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
