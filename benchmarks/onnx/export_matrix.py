"""Exports random models of many families to ONNX in every usual way, each with PyTorch's own
logits and gradients, as a test of an importer.

usage: export_matrix.py OUT [--families llama gpt2 ...] [--exporters torchscript dynamo optimum]
                            [--variants plain ...] [--size tiny|small|real]
needs torch, transformers, onnx, onnxscript, onnxruntime; for its exporter optimum-onnx, which wants
an older transformers and so a run of its own

Writes for every case OUT/<family>-<exporter>-<static|dynamic>-<folded|raw>[-<variant>]/
  model.onnx      the export (with model.onnx.data where the weights are outside)
  case.json       how it was made, or the exporter's refusal ("status": "refused", "error"); the
                  weights by their PyTorch names; where the blocks, norms and linear layers are
  reference-1.npz inputs, labels (-100 where padded), logits, the mean cross-entropy over the other
                  positions, its gradient for each weight (grad__<name>)
  reference-2.npz the same for a second shape, for dynamic axes
Logits at padded positions mean nothing and are not to be compared.
"""

import argparse
import dataclasses
import inspect
import io
import itertools
import json
import shutil
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import transformers

import families
from families import FAMILIES, Size

LENGTHS = [[7, 5], [11, 8, 4]]  # tokens of each row of the first and the second batch
IGNORED = -100
METADATA = ("pkg.torch.onnx.name_scopes",)


@dataclasses.dataclass(frozen=True)
class Variant:
    """A way to export that differs from the plain one."""

    attention: str | None = None
    tied: bool | None = None
    dtype: torch.dtype = torch.float32
    opset: int | None = None
    mask: bool = True
    positions: bool = False
    cache: bool = False
    external_data: bool = False
    shapes: tuple = ("static", "dynamic")
    foldings: tuple = ("folded",)
    families: tuple = ("llama", "gpt2")
    exporters: tuple = ("torchscript", "dynamo")


ALL = tuple(FAMILIES)
SEVERAL = ("llama", "gpt2", "qwen2", "phi", "bloom", "opt", "falcon", "bert", "distilbert")
OPTIMUM = SEVERAL + ("mistral", "gemma", "gpt_neox", "roberta")
ENCODERS = ("bert", "roberta", "distilbert", "t5_encoder")
VARIANTS = {
    "plain": Variant(foldings=("folded", "raw"), families=ALL),
    "eager": Variant(attention="eager", shapes=("dynamic",), families=SEVERAL + ("gpt_neox",)),
    "nomask": Variant(mask=False, attention="eager", families=SEVERAL[:6] + ("t5_encoder",)),
    "positions": Variant(positions=True, families=("llama", "gpt2", "gpt_neox", "phi")),
    "float16": Variant(dtype=torch.float16, families=("llama", "gpt2", "bert")),
    "bfloat16": Variant(dtype=torch.bfloat16, families=("llama", "gpt2", "qwen3")),
    "external": Variant(external_data=True, shapes=("dynamic",)),
    "cache": Variant(cache=True, shapes=("dynamic",), families=("llama", "gpt2", "qwen2", "gpt_neox")),
    "tied": Variant(tied=True, foldings=("folded", "raw"), families=("llama", "qwen2")),
    "untied": Variant(tied=False, foldings=("folded", "raw"), families=("gpt2", "opt")),
    "opset13": Variant(opset=13, attention="eager", exporters=("torchscript",), families=("llama", "gpt2", "bert")),
    "opset11": Variant(opset=11, attention="eager", exporters=("torchscript",), families=("llama", "gpt2", "bert")),
    "opset9": Variant(opset=9, attention="eager", exporters=("torchscript",), families=("gpt2", "bert")),
    "opset20": Variant(opset=20, families=SEVERAL),
    "opset21": Variant(opset=21, families=("llama", "gpt2")),
    "optimum": Variant(shapes=("dynamic",), exporters=("optimum",), families=OPTIMUM),
    "optimum_cache": Variant(
        cache=True, shapes=("dynamic",), exporters=("optimum",), families=("llama", "gpt2", "qwen2", "gpt_neox", "mistral"),
    ),
    "opset23": Variant(opset=23, exporters=("dynamo",), families=("llama", "gpt2", "bert")),
}
SIZES = {
    "tiny": Size(hidden=16, blocks=2),
    "small": Size(hidden=32, blocks=3),
    "real": Size(hidden=768, blocks=12, heads=12, vocabulary=50257, positions=1024),
}
OPSETS = {  # of the plain variant, so that all are seen
    ("torchscript", "static", "folded"): 14,
    ("torchscript", "static", "raw"): 17,
    ("torchscript", "dynamic", "folded"): 17,
    ("torchscript", "dynamic", "raw"): 14,
    ("dynamo", "static", "folded"): 18,
    ("dynamo", "static", "raw"): 20,
    ("dynamo", "dynamic", "folded"): 20,
    ("dynamo", "dynamic", "raw"): 18,
}


def take_only(model, names):
    """Makes `model` take exactly the inputs of these names, in this order, and return tensors only.

    Else the tracer makes inputs of all arguments with a default. Inputs `past_key_values.*` become
    the key-value cache, which is returned behind the logits, as in Optimum's exports.
    """
    original = model.forward
    parameter = lambda name: inspect.Parameter(
        name.replace(".", "_"), inspect.Parameter.POSITIONAL_OR_KEYWORD
    )

    def forward(*tensors):
        inputs = dict(zip(names, tensors))
        past = [inputs.pop(name) for name in names if name.startswith("past_key_values.")]
        if not past:
            return original(**inputs)[0]
        cache = transformers.DynamicCache()
        for block, (key, value) in enumerate(zip(past[::2], past[1::2])):
            cache.update(key, value, block)
        logits, cache = original(**inputs, past_key_values=cache, use_cache=True)[:2]
        return (logits, *(t for layer in cache.layers for t in (layer.keys, layer.values)))

    forward.__signature__ = inspect.Signature([parameter(name) for name in names])
    model.forward = forward


@dataclasses.dataclass(frozen=True)
class Case:
    """One export: a family, an exporter, axes, folding and a variant."""

    family: str
    exporter: str
    shape: str
    folding: str
    variant_name: str
    size: Size
    eager: bool = False  # attention spelled out, where the exporter refuses anything else

    @property
    def variant(self):
        return VARIANTS[self.variant_name]

    @property
    def name(self):
        parts = [self.family, self.exporter, self.shape, self.folding]
        return "-".join(parts + ([self.variant_name] if self.variant_name != "plain" else []))

    @property
    def opset(self):
        """None: the exporter's own choice."""
        return self.variant.opset or OPSETS.get((self.exporter, self.shape, self.folding))

    @property
    def batches(self):
        return LENGTHS if self.shape == "dynamic" else LENGTHS[:1]

    def inputs(self, lengths):
        """Input arrays by name, and the labels: random tokens, right-padded to the longest row."""
        generator = torch.Generator().manual_seed(sum(lengths))
        longest = max(lengths)
        tokens = lambda: torch.randint(3, self.size.vocabulary, (len(lengths), longest), generator=generator)
        real = torch.arange(longest)[None] < torch.tensor(lengths)[:, None]
        if not self.variant.mask:
            real = torch.ones_like(real)
        inputs = {"input_ids": torch.where(real, tokens(), 0)}
        if self.variant.mask:
            inputs["attention_mask"] = real.long()
        if self.variant.positions:
            inputs |= {"position_ids": defaults(inputs)["position_ids"]}
        return inputs, torch.where(real, tokens(), IGNORED)

    def model(self):
        v = self.variant
        attention = "eager" if self.eager else v.attention
        model = families.make(self.family, self.size, attention, v.tied, v.dtype)
        # Without mask and cache a decoder looks for several documents in a row, which is not exported.
        model.config.use_cache = not v.mask and self.family != "t5_encoder"
        return model


def export(case, file):
    """Writes the export of a case to `file`."""
    if case.exporter == "optimum":
        return export_with_optimum(case, file)
    model = case.model()
    inputs, _ = case.inputs(LENGTHS[0])
    outputs = ["logits"]
    if case.variant.cache:
        past = empty_cache(model, rows=len(LENGTHS[0]), length=3)
        mask = inputs["attention_mask"]
        inputs["attention_mask"] = torch.cat([torch.ones_like(mask[:, :3]), mask], 1)
        inputs |= past
        outputs += [name.replace("past_key_values", "present") for name in past]
    take_only(model, list(inputs))
    folded = case.folding == "folded"
    if case.exporter == "torchscript":
        options = dict(dynamo=False, do_constant_folding=folded)
        if case.shape == "dynamic":
            options["dynamic_axes"] = axes(inputs) | {"logits": {0: "batch", 1: "sequence"}}
    else:
        options = dict(dynamo=True, optimize=folded, external_data=case.variant.external_data)
        if case.shape == "dynamic":
            dynamic = torch.export.Dim.DYNAMIC
            options["dynamic_shapes"] = tuple(dict.fromkeys(of, dynamic) for of in axes(inputs).values())
    torch.onnx.export(
        model, tuple(inputs.values()), str(file), input_names=list(inputs), output_names=outputs,
        opset_version=case.opset, **options,
    )
    tidy(file)
    if case.variant.external_data and case.exporter == "torchscript":
        onnx.save(
            onnx.load(file), file, save_as_external_data=True, location=file.name + ".data",
            size_threshold=256,
        )


def export_with_optimum(case, file):
    from optimum.exporters.onnx import onnx_export_from_model

    task = "fill-mask" if case.family in ENCODERS else "text-generation"
    task += "-with-past" if case.variant.cache else ""
    onnx_export_from_model(case.model(), file.parent, task=task, do_validation=False)


def tidy(file):
    """Drops what says where the exporter ran, and is long."""
    model = onnx.load(file, load_external_data=False)
    for node in model.graph.node:
        kept = [p for p in node.metadata_props if p.key in METADATA]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    onnx.save(model, file)


def axes(inputs):
    """The axes of each input that are dynamic, with their names."""
    with_past = any(name.startswith("past") for name in inputs)
    of = {name: {0: "batch", 1: "sequence"} for name in inputs}
    for name in inputs:
        if name.startswith("past"):
            of[name] = {0: "batch", 2: "past"}
        elif name == "attention_mask" and with_past:
            of[name] = {0: "batch", 1: "past_and_sequence"}
    return of


def empty_cache(model, rows, length):
    """Random keys and values of `length` earlier tokens, by the names that Optimum gives them."""
    cfg = model.config
    heads = getattr(cfg, "num_key_value_heads", None) or cfg.num_attention_heads
    width = getattr(cfg, "head_dim", None) or cfg.hidden_size // cfg.num_attention_heads
    names = itertools.product(range(cfg.num_hidden_layers), ("key", "value"))
    return {f"past_key_values.{i}.{kind}": torch.randn(rows, heads, length, width) for i, kind in names}


def reference(case, folder):
    """Logits, loss and gradients of the model in float32, for each shape that the export takes."""
    model = case.model().float()
    for number, lengths in enumerate(case.batches, start=1):
        inputs, labels = case.inputs(lengths)
        logits = model(**inputs)[0]
        loss = torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), labels.reshape(-1), ignore_index=IGNORED
        )
        model.zero_grad()
        loss.backward()
        every = defaults(inputs) | inputs
        arrays = {name: array.to(torch.int32) for name, array in every.items()}
        arrays |= {"labels": labels.to(torch.int32), "logits": logits.detach(), "loss": loss.detach()}
        for name, weight in model.named_parameters():
            if weight.grad is not None:
                arrays["grad__" + name] = weight.grad
        np.savez_compressed(folder / f"reference-{number}.npz", **{k: v.numpy() for k, v in arrays.items()})
    return model


def defaults(inputs):
    """Inputs that a model makes itself when they are not given, but that an export may have."""
    rows, length = inputs["input_ids"].shape
    positions = torch.arange(length).expand(rows, -1).contiguous()
    return {"position_ids": positions, "token_type_ids": torch.zeros_like(positions)}


def judgement_of_runtime(case, file, folder):
    """Whether ONNX Runtime finds the export valid and right; what it cannot run is left to be seen.

    An exporter can write a graph that breaks the rules of ONNX, or computes something else; such
    an export says nothing about an importer.
    """
    try:
        difference = difference_of_runtime(case, file, folder)
    except Exception as problem:
        invalid = type(problem).__name__ == "InvalidGraph"
        return {"status": "invalid" if invalid else "exported", "error": one_line(problem)}
    right = difference < 1e-4 or case.variant.dtype != torch.float32
    return {"status": "exported" if right else "wrong", "runtime_difference": difference}


def difference_of_runtime(case, file, folder):
    """The largest difference of ONNX Runtime's logits from PyTorch's, relative to the largest logit."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options)
    wanted = {value.name for value in session.get_inputs()}
    worst = 0.0
    for number, lengths in enumerate(case.batches, start=1):
        inputs, labels = case.inputs(lengths)
        if case.variant.cache:
            inputs |= empty_cache(case.model(), rows=len(lengths), length=0)
        every = defaults(inputs) | inputs
        feeds = {name: array.numpy() for name, array in every.items() if name in wanted}
        found = session.run(["logits"], feeds)[0].astype(np.float32)
        expected = np.load(folder / f"reference-{number}.npz")["logits"]
        compared = labels.numpy() != IGNORED
        worst = max(worst, np.abs(found - expected)[compared].max() / np.abs(expected[compared]).max())
    return float(worst)


def describe(model):
    """Weights by name and shape, weights that share one array, and the layers by their names."""
    unique = dict(model.named_parameters())
    name_of = {id(weight): name for name, weight in unique.items()}
    every = model.named_parameters(remove_duplicate=False)
    shared = {name: name_of[id(weight)] for name, weight in every if name_of[id(weight)] != name}
    blocks = next(
        name for name, module in model.named_modules() if isinstance(module, torch.nn.ModuleList)
    )
    linears = {
        name: "transposed" if isinstance(module, transformers.pytorch_utils.Conv1D) else "plain"
        for name, module in model.named_modules()
        if isinstance(module, (torch.nn.Linear, transformers.pytorch_utils.Conv1D))
    }
    return {
        "parameters": {name: list(weight.shape) for name, weight in unique.items()},
        "without_gradient": [name for name, weight in unique.items() if weight.grad is None],
        "shared": shared,
        "blocks": blocks,
        "linears": linears,
    }


def run(case, out):
    folder = out / case.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    about = {
        "family": case.family,
        "exporter": case.exporter,
        "shape": case.shape,
        "folding": case.folding,
        "variant": case.variant_name,
        "opset": case.opset,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    }
    for attempt in (case, dataclasses.replace(case, eager=True)):
        try:
            quietly_export(attempt, folder / "model.onnx")
        except Exception as refusal:  # whatever an exporter throws, the matrix goes on
            result = {"status": "refused", "error": one_line(refusal)}
        else:
            result = describe(reference(attempt, folder))
            result |= judgement_of_runtime(attempt, folder / "model.onnx", folder)
            break
    (folder / "case.json").write_text(json.dumps(about | result, indent=1))
    print(f"{case.name}: {result['status']} {result.get('runtime_difference', result.get('error'))!s:.150}", flush=True)


def quietly_export(case, file):
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        export(case, file)


def one_line(problem):
    return " ".join(f"{type(problem).__name__}: {problem}".split())[:600]


def cases(arguments):
    size = SIZES[arguments.size]
    for variant_name in arguments.variants:
        variant = VARIANTS[variant_name]
        for family in (f for f in FAMILIES if f in variant.families and f in arguments.families):
            for exporter in (e for e in variant.exporters if e in arguments.exporters):
                for shape, folding in itertools.product(variant.shapes, variant.foldings):
                    yield Case(family, exporter, shape, folding, variant_name, size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--families", nargs="+", choices=ALL, default=ALL)
    parser.add_argument("--exporters", nargs="+", default=("torchscript", "dynamo"))
    parser.add_argument("--variants", nargs="+", choices=tuple(VARIANTS), default=tuple(VARIANTS))
    parser.add_argument("--size", choices=tuple(SIZES), default="small")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for case in cases(arguments):
        run(case, arguments.out)


if __name__ == "__main__":
    main()
