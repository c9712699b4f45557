"""Writes a small BERT-like model as a frozen TensorFlow graph, with reference logits and gradients.

    pip install tensorflow-cpu
    python make_bert.py OUT [--causal] [--layers 2] [--hidden 32] [--vocabulary 64]

OUT receives model.pb (frozen, inlined: placeholders, constants and plain operations), tokens.npy
(int32 [rows, length]), logits.npy, gradients.npz (of the mean cross-entropy of the next tokens, by
variable) and losses.npy (of SGD steps with learning rate 0.1 on these rows).

The blocks are BERT's: attention and a feed-forward net, each followed by a layer norm, under
BERT's scopes; with --causal a token sees no later one, so that next-token training makes sense.
"""

import argparse
import pathlib

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

STEPS = 5
LEARNING_RATE = 0.1


class Bert(tf.Module):
    def __init__(self, options):
        super().__init__(name="bert")
        self.options = options
        self.weights = {}
        self.random = np.random.default_rng(options.seed)
        hidden = options.hidden
        self.add("bert/embeddings/word_embeddings", options.vocabulary, hidden)
        self.add("bert/embeddings/position_embeddings", options.positions, hidden)
        self.add_norm("bert/embeddings/LayerNorm", hidden)
        for layer in range(options.layers):
            scope = f"bert/encoder/layer_{layer}"
            for part in ("query", "key", "value"):
                self.add_dense(f"{scope}/attention/self/{part}", hidden, hidden)
            self.add_dense(f"{scope}/attention/output/dense", hidden, hidden)
            self.add_norm(f"{scope}/attention/output/LayerNorm", hidden)
            self.add_dense(f"{scope}/intermediate/dense", hidden, 2 * hidden)
            self.add_dense(f"{scope}/output/dense", 2 * hidden, hidden)
            self.add_norm(f"{scope}/output/LayerNorm", hidden)
        self.add_dense("cls/predictions/transform/dense", hidden, hidden)
        self.add_norm("cls/predictions/transform/LayerNorm", hidden)
        self.add("cls/predictions/output_bias", options.vocabulary)

    def add(self, name, *shape):
        value = self.random.normal(0, 0.2, shape).astype(np.float32)
        self.weights[name] = tf.Variable(value, name=name)

    def add_dense(self, scope, inputs, outputs):
        self.add(f"{scope}/kernel", inputs, outputs)
        self.add(f"{scope}/bias", outputs)

    def add_norm(self, scope, hidden):
        self.add(f"{scope}/gamma", hidden)
        self.add(f"{scope}/beta", hidden)
        self.weights[f"{scope}/gamma"].assign_add(tf.ones(hidden))

    def dense(self, x, scope):
        return tf.nn.bias_add(
            tf.matmul(x, self.weights[f"{scope}/kernel"]), self.weights[f"{scope}/bias"]
        )

    def norm(self, x, scope):
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        return tf.nn.batch_normalization(
            x,
            mean,
            variance,
            self.weights[f"{scope}/beta"],
            self.weights[f"{scope}/gamma"],
            1e-12,
        )

    def heads(self, x, batch, length):
        size = self.options.hidden // self.options.heads
        shaped = tf.reshape(x, [batch, length, self.options.heads, size])
        return tf.transpose(shaped, [0, 2, 1, 3])

    def attention(self, x, scope, mask, batch, length):
        query, key, value = (
            self.heads(self.dense(x, f"{scope}/self/{part}"), batch, length)
            for part in ("query", "key", "value")
        )
        size = self.options.hidden // self.options.heads
        scores = tf.matmul(query, key, transpose_b=True) * (1.0 / np.sqrt(size))
        context = tf.matmul(tf.nn.softmax(scores + mask), value)
        flat = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [-1, self.options.hidden])
        out = self.dense(flat, f"{scope}/output/dense")
        return self.norm(x + out, f"{scope}/output/LayerNorm")

    def gelu(self, x):
        return x * 0.5 * (1.0 + tf.math.erf(x / np.sqrt(2.0).astype(np.float32)))

    def mask(self, input_mask, length):
        seen = input_mask[:, tf.newaxis, tf.newaxis, :] > 0
        if self.options.causal:
            positions = tf.range(length)
            earlier = positions[:, tf.newaxis] >= positions[tf.newaxis, :]
            seen = tf.logical_and(seen, earlier[tf.newaxis, tf.newaxis, :, :])
        return tf.where(seen, 0.0, -10000.0)

    def logits(self, input_ids, input_mask):
        shape = tf.shape(input_ids)
        batch, length = shape[0], shape[1]
        words = tf.gather(self.weights["bert/embeddings/word_embeddings"], tf.reshape(input_ids, [-1]))
        words = tf.reshape(words, [batch, length, self.options.hidden])
        positions = tf.slice(
            self.weights["bert/embeddings/position_embeddings"], [0, 0], [length, -1]
        )
        x = self.norm(words + tf.expand_dims(positions, 0), "bert/embeddings/LayerNorm")
        x = tf.where(tf.expand_dims(input_mask, 2) > 0, x, 0.0)
        x = tf.reshape(x, [-1, self.options.hidden])
        mask = self.mask(input_mask, length)
        for layer in range(self.options.layers):
            scope = f"bert/encoder/layer_{layer}"
            x = self.attention(x, f"{scope}/attention", mask, batch, length)
            inner = self.gelu(self.dense(x, f"{scope}/intermediate/dense"))
            out = self.dense(inner, f"{scope}/output/dense")
            x = self.norm(x + out, f"{scope}/output/LayerNorm")
        x = self.gelu(self.dense(x, "cls/predictions/transform/dense"))
        x = self.norm(x, "cls/predictions/transform/LayerNorm")
        flat = tf.matmul(x, self.weights["bert/embeddings/word_embeddings"], transpose_b=True)
        flat = tf.nn.bias_add(flat, self.weights["cls/predictions/output_bias"])
        return tf.reshape(flat, [batch, length, self.options.vocabulary], name="logits")

    def loss(self, tokens):
        logits = self.logits(tokens[:, :-1], tf.ones_like(tokens[:, :-1]))
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tokens[:, 1:], logits)
        return tf.reduce_mean(losses)


def frozen(model):

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, None], tf.int32, name="input_ids"),
            tf.TensorSpec([None, None], tf.int32, name="input_mask"),
        ]
    )
    def forward(input_ids, input_mask):
        return model.logits(input_ids, input_mask)

    concrete = forward.get_concrete_function()
    graph = convert_variables_to_constants_v2(concrete).graph.as_graph_def()
    for node in graph.node:
        node.attr.pop("_class", None)
    return graph


def renamed(graph, model):
    """Gives constants the names of the variables that they were."""
    values = {value.numpy().tobytes(): name for name, value in model.weights.items()}
    names = {}
    for node in graph.node:
        if node.op == "Const":
            content = tf.make_ndarray(node.attr["value"].tensor).tobytes()
            if content in values:
                names[node.name] = values[content]
                node.name = values[content]
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name in names:
                node.input[i] = names[name]
    return graph


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--vocabulary", type=int, default=64)
    parser.add_argument("--positions", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = Bert(options)
    (options.out / "model.pb").write_bytes(renamed(frozen(model), model).SerializeToString())
    tokens = model.random.integers(0, options.vocabulary, (3, 8)).astype(np.int32)
    np.save(options.out / "tokens.npy", tokens)
    np.save(options.out / "logits.npy", model.logits(tokens, tf.ones_like(tokens)).numpy())
    losses = []
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            loss = model.loss(tf.constant(tokens))
        gradients = tape.gradient(loss, model.weights)
        if step == 0:
            dense = {name: tf.convert_to_tensor(g).numpy() for name, g in gradients.items()}
            np.savez(options.out / "gradients.npz", **{k.replace("/", "|"): v for k, v in dense.items()})
        for name, gradient in gradients.items():
            model.weights[name].assign_sub(LEARNING_RATE * tf.convert_to_tensor(gradient))
        losses.append(loss.numpy())
    np.save(options.out / "losses.npy", np.array(losses, np.float32))


if __name__ == "__main__":
    main()
