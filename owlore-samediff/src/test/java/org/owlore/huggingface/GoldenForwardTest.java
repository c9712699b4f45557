package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.graph.LanguageModel;
import org.owlore.testing.SharedData;

class GoldenForwardTest {

  @Test
  void logitsAndLossOfARealModelAreThoseOfPyTorch() {
    LanguageModel model = HuggingFaceCheckpoint.open(SharedData.require("data/stories260K")).load();
    INDArray tokens = SharedData.array("golden/forward/tokens.npy").castTo(DataType.INT32);
    long length = tokens.size(1) - 1;
    INDArray inputs = tokens.get(NDArrayIndex.all(), NDArrayIndex.interval(0, length)).dup('c');
    INDArray labels = tokens.get(NDArrayIndex.all(), NDArrayIndex.interval(1, length + 1)).dup('c');

    Map<String, INDArray> outputs =
        model
            .graph()
            .output(
                Map.of(
                    LanguageModel.INPUT_IDS, inputs,
                    LanguageModel.ATTENTION_MASK, Nd4j.onesLike(inputs),
                    LanguageModel.LABELS, labels),
                model.logits(),
                model.loss());

    INDArray expected = SharedData.array("golden/forward/logits.npy");
    double difference = outputs.get(model.logits()).sub(expected).amaxNumber().doubleValue();
    assertThat(difference).isLessThan(1e-4);
    assertThat(outputs.get(model.loss()).getDouble(0))
        .isCloseTo(
            SharedData.json("golden/forward/loss.json").get("loss").asDouble(), within(1e-5));
  }
}
