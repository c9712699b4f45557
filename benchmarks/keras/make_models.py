"""Trains two small models in Keras and saves them as HDF5, with what Keras itself computes.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.21.0 tf_keras==2.21.0 scikit-learn==1.9.1
    venv/bin/python make_models.py FOLDER

KerasModelImport of Deeplearning4j 1.0.0-M2.1 reads what Keras 1 and 2 wrote, so the models come from tf_keras (legacy Keras 2).

mlp.h5          Sequential, on Iris (the 150 flowers that scikit-learn ships), trained for 5 epochs only.
transformer.h5  functional, two blocks of multi-head attention: which token comes more often in a row, the first or the second
                half of the vocabulary? Two inputs, tokens and positions.
*.npz           inputs, Keras' outputs, labels, and Keras' outputs after three more steps of Adam (learning rate 1e-3).
"""

import pathlib
import sys

import numpy
import tensorflow
import tf_keras as keras
from sklearn.datasets import load_iris

VOCABULARY, LENGTH, HIDDEN, HEADS, BLOCKS = 32, 16, 32, 4, 2


def mlp():
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Dense(16, activation="relu", input_shape=(4,), name="hidden0"),
            layers.Dense(16, activation="relu", name="hidden1"),
            layers.Dense(16, activation="relu", name="hidden2"),
            layers.Dense(3, activation="softmax", name="species"),
        ]
    )


def transformer():
    layers = keras.layers
    tokens = layers.Input((LENGTH,), name="tokens")
    positions = layers.Input((LENGTH,), name="positions")
    embedded = layers.Embedding(VOCABULARY, HIDDEN, input_length=LENGTH, name="token_embedding")(tokens)
    placed = layers.Embedding(LENGTH, HIDDEN, input_length=LENGTH, name="position_embedding")(positions)
    x = layers.Add(name="embedding")([embedded, placed])
    for i in range(BLOCKS):
        name = f"block{i}_"
        attended = layers.MultiHeadAttention(HEADS, HIDDEN // HEADS, name=name + "attention")(x, x)
        x = layers.Add(name=name + "attention_sum")([x, attended])
        x = layers.LayerNormalization(name=name + "attention_norm")(x)
        wide = layers.Dense(2 * HIDDEN, activation="relu", name=name + "wide")(x)
        narrow = layers.Dense(HIDDEN, name=name + "narrow")(wide)
        x = layers.Add(name=name + "sum")([x, narrow])
        x = layers.LayerNormalization(name=name + "norm")(x)
    pooled = layers.GlobalAveragePooling1D(name="pooled")(x)
    classes = layers.Dense(2, activation="softmax", name="classes")(pooled)
    return keras.Model([tokens, positions], classes)


def token_rows(count, random):
    """Rows of tokens, and whether those of the upper half of the vocabulary are in the majority."""
    tokens = random.integers(0, VOCABULARY, (count, LENGTH))
    upper = (tokens >= VOCABULARY // 2).sum(axis=1)
    keep = upper * 2 != LENGTH
    tokens, upper = tokens[keep], upper[keep]
    positions = numpy.tile(numpy.arange(LENGTH), (len(tokens), 1))
    labels = numpy.eye(2)[(upper * 2 > LENGTH).astype(int)]
    return [tokens.astype("float32"), positions.astype("float32")], labels.astype("float32")


def save(folder, name, model, inputs, labels, epochs):
    model.compile(keras.optimizers.Adam(1e-3), "categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(inputs, labels, batch_size=16, epochs=epochs, verbose=0)
    print(name, "accuracy", history.history["accuracy"][-1], model.count_params(), "parameters")
    # Compiled again without the state of Adam; the import knows optimizers by their legacy names only.
    model.compile(keras.optimizers.legacy.Adam(1e-3), "categorical_crossentropy")
    model.save(folder / f"{name}.h5")
    few = [array[:8] for array in inputs]
    record = {f"input{i}": array for i, array in enumerate(few)}
    record["labels"] = labels[:8]
    record["outputs"] = model.predict(few, verbose=0)
    for _ in range(3):
        model.train_on_batch(few, labels[:8])
    record["outputs_after_three_steps"] = model.predict(few, verbose=0)
    numpy.savez(folder / f"{name}.npz", **{key: value.astype("float32") for key, value in record.items()})


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    print("tensorflow", tensorflow.__version__, "tf_keras", keras.__version__)
    keras.utils.set_random_seed(1)
    random = numpy.random.default_rng(1)
    flowers = load_iris()
    order = random.permutation(150)
    features = flowers.data[order].astype("float32")
    species = numpy.eye(3)[flowers.target[order]].astype("float32")
    save(folder, "mlp", mlp(), [features], species, 5)
    inputs, labels = token_rows(600, random)
    save(folder, "transformer", transformer(), inputs, labels, 3)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
