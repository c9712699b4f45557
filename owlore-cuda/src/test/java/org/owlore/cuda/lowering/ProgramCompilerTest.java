package org.owlore.cuda.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanCompiler;
import org.owlore.engine.PlanRequest;

class ProgramCompilerTest {
  private final SameDiff graph = SameDiff.create();

  private Program compile(Map<String, INDArray> batch, String output) {
    PlanRequest request =
        PlanRequest.builder().output(output).placeholders(Engine.types(batch)).build();
    return ProgramCompiler.compile(
        new PlanCompiler(graph).compile(request), Precision.FLOAT32, AttentionForm.PRODUCTS);
  }

  private SDVariable matrix(String name, DataType type) {
    return graph.placeHolder(name, type, 4, 3);
  }

  @Test
  void aProductWithATransposedResultIsRefused() {
    Map<String, INDArray> batch = Map.of("x", Nd4j.rand(DataType.FLOAT, 4, 3));
    SDVariable x = matrix("x", DataType.FLOAT);
    graph
        .mmul(x, graph.var("w", Nd4j.rand(DataType.FLOAT, 3, 5)), false, false, true)
        .rename("out");

    assertThatThrownBy(() -> compile(batch, "out"))
        .hasMessage(
            "The CUDA device multiplies matrices without a transposed or added result: train this model with --device cpu.");
  }

  @Test
  void addingToRowsOfIntegersIsRefused() {
    Map<String, INDArray> batch = Map.of("x", Nd4j.ones(DataType.INT32, 4, 3));
    SDVariable x = matrix("x", DataType.INT32);
    SDVariable rows = graph.constant("rows", Nd4j.createFromArray(1, 2));
    graph.scatterAdd(x, rows, graph.constant(Nd4j.ones(DataType.INT32, 2, 3))).rename("out");

    assertThatThrownBy(() -> compile(batch, "out"))
        .hasMessage(
            "The CUDA device adds to rows of float32 only, not of INT32 (array \"out\"): train this model with --device cpu.");
  }

  @Test
  void aCurveOfIntegersIsRefused() {
    Map<String, INDArray> batch = Map.of("x", Nd4j.ones(DataType.INT32, 4, 3));
    graph.nn.relu(matrix("x", DataType.INT32), 0).rename("out");

    assertThatThrownBy(() -> compile(batch, "out"))
        .hasMessageContaining("does not know operation")
        .hasMessageContaining("train this model with --device cpu.");
  }

  @Test
  void anArrayThatIsNotKeptIsRefused() {
    Map<String, INDArray> batch = Map.of("x", Nd4j.rand(DataType.FLOAT, 4, 3));
    matrix("x", DataType.FLOAT).mul(2).rename("inner").add(1).rename("out");
    Program program = compile(batch, "out");

    assertThat(program.array("out").length()).isEqualTo(12);
    assertThatThrownBy(() -> program.array("inner"))
        .hasMessage("The program keeps no array \"inner\".");
  }

  @Test
  void whatNothingElseReadsIsAddedToInPlace() {
    Map<String, INDArray> batch = Map.of("x", Nd4j.rand(DataType.FLOAT, 4, 3));
    SDVariable x = matrix("x", DataType.FLOAT);
    SDVariable rows = graph.constant("rows", Nd4j.createFromArray(1, 1));
    SDVariable added = graph.constant(Nd4j.ones(DataType.FLOAT, 2, 3));
    graph.scatterAdd(graph.math.tanh(x), rows, added).rename("out");

    Program program = compile(batch, "out");

    assertThat(program.instructions()).hasSize(2);
  }
}
