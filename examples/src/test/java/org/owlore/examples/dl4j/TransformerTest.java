package org.owlore.examples.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

class TransformerTest {
  private static final Transformer TINY =
      Transformer.builder().vocabulary(9).length(5).size(4).heads(2).blocks(2).build();

  @TempDir private Path folder;

  @Test
  void embeddingsHaveARowForEachTokenAndPosition() {
    ComputationGraph graph = TINY.build(new Adam(), 1);

    assertThat(graph.getParam("token-embedding_W").shape()).containsExactly(9, 4);
    assertThat(graph.getParam("position-embedding_W").shape()).containsExactly(5, 4);
  }

  @Test
  void restoredOneGoesOnTheSame() throws Exception {
    ComputationGraph graph = TINY.build(new Adam(), 1);
    MultiDataSet batch =
        TokenRows.upperHalf(9, 5, 0, 5).batches(1, 3, new SplittableRandom(1)).get(0);
    graph.fit(batch);
    Path file = folder.resolve("transformer.zip");

    ModelSerializer.writeModel(graph, file.toFile(), true);
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    restored.fit(batch);
    graph.fit(batch);

    assertThat(restored.params()).isEqualTo(graph.params());
  }
}
