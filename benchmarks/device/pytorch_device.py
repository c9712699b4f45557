"""PyTorch's side of `owlore benchmark device`: one answer for each line that is read.

The first line that is written says which PyTorch this is. A line that is read is one of

    full | lisa BLOCKS | owlore BLOCKS     makes a training step with these blocks (`owlore 2 5`); answer: milliseconds
    ceilings                               answer: the device's bf16 matrix products in TFLOP/s and copies in GB/s
    peak                                   answer: the most bytes that PyTorch has held on the device
    gradients FOLDER                       writes the float32 gradients of a checkpoint's first batch; answer: its loss
    curve METHOD DTYPE FOLDER              trains a checkpoint on its batches; answer: the loss of each step

Steps train the Llama of ../step/pytorch_step.py with random weights. FOLDER holds a checkpoint that transformers reads, and batches.json. The
optimizer is torch.optim.AdamW, fused on a GPU; for the matrices of the blocks in `owlore` it is GaLore's AdamW, written out below as the public
galore-torch computes it (which need not be installed). Needs torch, and transformers for checkpoints.
"""

import argparse
import contextlib
import json
import pathlib
import sys
import time

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "step"))
import pytorch_step  # noqa: E402


class GaLoreAdamW:
    """Adam on R = G Q^T (tall) or P^T G (wide); the subspace is searched at the first step only."""

    def __init__(self, matrices, rank, rate, betas=(0.9, 0.999), epsilon=1e-6):
        self.matrices, self.rank, self.rate = matrices, rank, rate
        self.betas, self.epsilon = betas, epsilon
        self.state = {}

    def begin(self, gradient):
        tall = gradient.shape[0] >= gradient.shape[1]
        if min(gradient.shape) > 1024:
            # As good for a benchmark, and not minutes long on a matrix of 11008 x 4096.
            u, _, v = torch.svd_lowrank(gradient.float(), q=self.rank, niter=1)
            basis = v.T if tall else u
        else:
            u, _, vh = torch.linalg.svd(gradient.float(), full_matrices=False)
            basis = vh[: self.rank] if tall else u[:, : self.rank]
        basis = basis.to(gradient.dtype).contiguous()
        low = gradient @ basis.T if tall else basis.T @ gradient
        return {"tall": tall, "basis": basis, "m": torch.zeros_like(low), "v": torch.zeros_like(low), "t": 0}

    @torch.no_grad()
    def step(self):
        for weight in self.matrices:
            if weight.grad is None:
                continue
            state = self.state.get(weight)
            if state is None:
                state = self.state[weight] = self.begin(weight.grad)
            basis, tall = state["basis"], state["tall"]
            low = weight.grad @ basis.T if tall else basis.T @ weight.grad
            state["t"] += 1
            first, second = self.betas
            state["m"].mul_(first).add_(low, alpha=1 - first)
            state["v"].mul_(second).addcmul_(low, low, value=1 - second)
            rate = self.rate * (1 - second ** state["t"]) ** 0.5 / (1 - first ** state["t"])
            update = state["m"] / state["v"].sqrt().add_(self.epsilon)
            weight.add_(update @ basis if tall else basis @ update, alpha=-rate)


def optimizers(parameters, matrices, method, rank, rate, fused):
    """The optimizers of a method; weights without a gradient are left alone by each."""
    projected = [p for p in matrices if method == "owlore" and min(p.shape) > rank]
    known = {id(p) for p in projected}
    plain = [p for p in parameters if id(p) not in known]
    form = {"fused": True} if fused else {"foreach": True}
    adam = torch.optim.AdamW(plain, lr=rate, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0, **form)
    return [adam] + ([GaLoreAdamW(projected, rank, rate)] if projected else [])


class FusedNorm(torch.nn.Module):
    """One kernel on a GPU, where the step's own norm is several."""

    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight, 1e-6)


class Steps:
    """Steps of the random Llama."""

    def __init__(self, asked, device, dtype):
        self.asked, self.device = asked, device
        with device:
            model = pytorch_step.Llama(asked).to(dtype)
        model.cos, model.sin = (t.to(device, dtype) for t in (model.cos, model.sin))
        if device.type == "cuda":
            model.norm = FusedNorm(model.norm.weight)
            for block in model.blocks:
                block.attention_norm = FusedNorm(block.attention_norm.weight)
                block.mlp_norm = FusedNorm(block.mlp_norm.weight)
        self.model = model
        self.run = torch.compile(model) if asked.compile else model
        shape = (asked.batch, asked.length)
        self.ids, self.labels = (torch.randint(asked.vocabulary, shape, device=device) for _ in range(2))
        self.made = {}

    def step(self, method, blocks):
        model = self.model
        model.train_only(set(blocks) or range(self.asked.blocks))
        if method not in self.made:
            matrices = [p for block in model.blocks for p in block.matrices()]
            self.made = {
                method: optimizers(
                    model.parameters(), matrices, method, self.asked.rank, 1e-5, self.device.type == "cuda"
                )
            }
        synchronize(self.device)
        start = time.perf_counter()
        self.run(self.ids, self.labels).backward()
        for optimizer in self.made[method]:
            optimizer.step()
        model.zero_grad(set_to_none=True)
        synchronize(self.device)
        return (time.perf_counter() - start) * 1e3


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds(device, work, repeats):
    for _ in range(3):
        work()
    synchronize(device)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        synchronize(device)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def ceilings(device):
    """What the device does at best: large products of random matrices, and large copies."""
    size, count = (8192, 2**30) if device.type == "cuda" else (512, 2**24)
    a, b = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
    product = seconds(device, lambda: a @ b, 10)
    source = torch.empty(count, device=device, dtype=torch.float32).normal_()
    target = torch.empty_like(source)
    copy = seconds(device, lambda: target.copy_(source), 10)
    return 2 * size**3 / product / 1e12, 8 * count / copy / 1e9


class Checkpoint:
    """A small model that our side has written, in float32 or bf16, and the batches that it trains on."""

    def __init__(self, folder, device, dtype):
        with contextlib.redirect_stdout(sys.stderr):
            from transformers import LlamaForCausalLM

            self.model = LlamaForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager")
        self.model.to(device)
        self.folder, self.device = pathlib.Path(folder), device
        self.batches = json.loads((self.folder / "batches.json").read_text())

    def loss(self, step):
        batch = self.batches["steps"][step]
        ids, labels = (torch.tensor(batch[name], device=self.device) for name in ("ids", "labels"))
        logits = self.model(input_ids=ids).logits
        return F.cross_entropy(logits.float().flatten(0, 1), labels.flatten())

    def gradients(self):
        from safetensors.torch import save_file

        loss = self.loss(0)
        loss.backward()
        named = {n: p.grad.detach().cpu().contiguous() for n, p in self.model.named_parameters()}
        save_file(named, str(self.folder / "gradients.safetensors"))
        return float(loss)

    def curve(self, method):
        settings, layers = self.batches, self.model.model.layers
        matrices = [p for layer in layers for p in layer.parameters() if p.dim() == 2]
        made = optimizers(
            self.model.parameters(), matrices, method, settings["rank"], settings["rate"], False
        )
        losses = []
        for step, batch in enumerate(settings["steps"]):
            for index, layer in enumerate(layers):
                layer.requires_grad_(method == "full" or index in batch["blocks"])
            loss = self.loss(step)
            loss.backward()
            for optimizer in made:
                optimizer.step()
            self.model.zero_grad(set_to_none=True)
            losses.append(float(loss))
        return losses


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bf16"])
    parser.add_argument("--compile", action="store_true")
    for name, default in {
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


DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}


def main():
    asked = options()
    device = torch.device(asked.device)
    torch.manual_seed(1)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    print(f"torch {torch.__version__}, {name}", flush=True)
    steps = None
    for line in sys.stdin:
        what, _, rest = line.strip().partition(" ")
        if what == "ceilings":
            answer = "%.3f %.3f" % ceilings(device)
        elif what == "peak":
            answer = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
        elif what == "gradients":
            answer = Checkpoint(rest, device, torch.float32).gradients()
        elif what == "curve":
            method, dtype, folder = rest.split(" ", 2)
            losses = Checkpoint(folder, device, DTYPES[dtype]).curve(method)
            answer = " ".join(map(repr, losses))
        else:
            steps = steps or Steps(asked, device, DTYPES[asked.dtype])
            answer = steps.step(what, [int(block) for block in rest.split()])
        print(answer, flush=True)


if __name__ == "__main__":
    main()
