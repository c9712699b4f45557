package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.network.Network;
import org.owlore.graph.LinearWeight;
import org.owlore.scoring.OutlierRatio;
import org.owlore.scoring.ScorableModel;

class AttentionScoringTest {
  private static final InputType SEQUENCE = InputType.recurrent(4, 5, RNNFormat.NCW);
  private final INDArray input = Networks.normal(1, 2, 4, 5);
  private final INDArray mask = Nd4j.create(new double[][] {{1, 1, 1, 0, 0}, {1, 1, 1, 1, 1}});

  private static RnnOutputLayer output() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build();
  }

  private double[] energies(INDArray values) {
    double[] sums = new double[(int) values.size(1)];
    for (int example = 0; example < 2; example++) {
      for (int step = 0; step < 5; step++) {
        for (int channel = 0; channel < sums.length; channel++) {
          sums[channel] +=
              mask.getDouble(example, step) * Math.pow(values.getDouble(example, channel, step), 2);
        }
      }
    }
    return sums;
  }

  /** Multiplies what a weight is shown to multiply with it: {@code [tokens, out]}. */
  private static INDArray product(ScorableModel model, String weight) {
    LinearWeight linear =
        model.layers().layers().get(0).linears().stream()
            .filter(candidate -> candidate.name().equals(weight))
            .findFirst()
            .orElseThrow();
    INDArray[] product = new INDArray[1];
    model
        .activations()
        .run(
            Set.of(linear.input()),
            (name, values, counted) ->
                product[0] = values.mmul(model.weights().weight(weight).dup()));
    return product[0];
  }

  @Test
  void selfAttentionMultipliesItsInputAndWhatItsHeadsFind() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            SEQUENCE,
            new SelfAttentionLayer.Builder()
                .nOut(6)
                .nHeads(2)
                .headSize(3)
                .projectInput(true)
                .build(),
            output());
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));

    for (String weight : List.of("layer0_Wq", "layer0_Wk", "layer0_Wv")) {
      assertThat(Energies.of(model, weight)).containsExactly(energies(input), within(1e-4));
      assertThat(model.weights().weight(weight).shape()).containsExactly(6, 4);
    }
    network.setLayerMaskArrays(mask, null);
    INDArray output = network.feedForward(input.dup()).get(1);
    INDArray expected = output.permute(2, 0, 1).dup('c').reshape(10, 6);
    assertThat(product(model, "layer0_Wo").equalsWithEps(expected, 1e-5)).isTrue();
    assertThat(new OutlierRatio(2).score(model).scores()).hasSize(2);
  }

  /** DL4J's own layer with learned queries fails in its forward pass. */
  private static final class LearnedQueries extends SelfAttentionLayer {
    private static final long serialVersionUID = 1L;

    LearnedQueries() {
      super(new SelfAttentionLayer.Builder().nOut(6).nHeads(2).headSize(3).projectInput(true));
    }

    @Override
    public void defineParameters(SDLayerParams params) {
      super.defineParameters(params);
      params.addWeightParam("Q", 1, 4, 3);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      super.initializeParameters(params);
      params.get("Q").assign(Networks.normal(9, 1, 4, 3));
    }

    @Override
    public SDVariable defineLayer(
        SameDiff graph, SDVariable x, Map<String, SDVariable> params, SDVariable mask) {
      SDVariable queries = graph.concat(0, params.get("Q"), params.get("Q"));
      return graph.nn.multiHeadDotProductAttention(
          queries,
          x,
          x,
          params.get("Wq"),
          params.get("Wk"),
          params.get("Wv"),
          params.get("Wo"),
          mask,
          true);
    }
  }

  @Test
  void learnedQueriesAreWhatWqMultiplies() {
    MultiLayerNetwork network = Networks.layered(3, SEQUENCE, new LearnedQueries(), output());
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));
    INDArray queries = network.getLayer(0).getParam("Q");
    double[] expected = new double[4];
    for (int channel = 0; channel < 4; channel++) {
      for (int query = 0; query < 3; query++) {
        expected[channel] += 2 * Math.pow(queries.getDouble(0, channel, query), 2);
      }
    }

    assertThat(Energies.of(model, "layer0_Wq")).containsExactly(expected, within(1e-4));
    assertThat(Energies.of(model, "layer0_Wk")).containsExactly(energies(input), within(1e-4));
    assertThat(model.layers().layers().get(0).others()).containsExactly("layer0_Q");
    network.setLayerMaskArrays(mask, null);
    INDArray found = network.feedForward(input.dup()).get(1);
    INDArray rows = found.permute(2, 0, 1).dup('c').reshape(6, 6);
    assertThat(product(model, "layer0_Wo").equalsWithEps(rows, 1e-5)).isTrue();
  }

  @Test
  void recurrentAttentionMultipliesEachStepOnce() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            SEQUENCE,
            new RecurrentAttentionLayer.Builder()
                .nOut(4)
                .nHeads(2)
                .headSize(2)
                .projectInput(true)
                .activation(Activation.TANH)
                .build(),
            output());
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));
    network.setLayerMaskArrays(mask, null);
    INDArray output = network.feedForward(input.dup()).get(1);
    double[] previous = new double[4];
    for (int example = 0; example < 2; example++) {
      for (int step = 1; step < 5; step++) {
        for (int channel = 0; channel < 4; channel++) {
          previous[channel] +=
              mask.getDouble(example, step)
                  * Math.pow(output.getDouble(example, channel, step - 1), 2);
        }
      }
    }

    assertThat(Energies.of(model, "layer0_W")).containsExactly(energies(input), within(1e-4));
    assertThat(Energies.of(model, "layer0_Wk")).containsExactly(energies(input), within(1e-4));
    assertThat(Energies.of(model, "layer0_Wq")).containsExactly(previous, within(1e-4));
    assertThat(model.layers().layers().get(0).linears()).hasSize(6);
  }

  @Test
  void anAttentionVertexHasInputsWithMasksOfTheirOwn() {
    ComputationGraph graph =
        new ComputationGraph(
            Networks.random(3)
                .graphBuilder()
                .addInputs("queries", "memory")
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nHeads(2)
                        .headSize(3)
                        .nOut(6)
                        .nInQueries(4)
                        .nInKeys(4)
                        .nInValues(4)
                        .projectInput(true)
                        .build(),
                    "queries",
                    "memory",
                    "memory")
                .addLayer("output", output(), "attention")
                .setOutputs("output")
                .setInputTypes(InputType.recurrent(4, 3), SEQUENCE)
                .build());
    graph.init();
    INDArray queries = Networks.normal(2, 2, 4, 3);
    INDArray short3 = Nd4j.create(new double[][] {{1, 0, 0}, {1, 1, 1}});
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {queries, input}, new INDArray[0], new INDArray[] {short3, mask}, null);
    ScorableModel model = Networks.scorable(Network.of(graph), data);
    double[] expected = new double[4];
    for (int example = 0; example < 2; example++) {
      for (int step = 0; step < 3; step++) {
        for (int channel = 0; channel < 4; channel++) {
          expected[channel] +=
              short3.getDouble(example, step)
                  * Math.pow(queries.getDouble(example, channel, step), 2);
        }
      }
    }

    assertThat(Energies.of(model, "attention_Wq")).containsExactly(expected, within(1e-4));
    assertThat(Energies.of(model, "attention_Wv")).containsExactly(energies(input), within(1e-4));
    assertThat(Energies.of(model, "attention_Wo")).hasSize(6).doesNotContain(0);
  }

  /** Multiplies in all ways that a product can be written, and uses one matrix in another way. */
  private static final class Products extends SameDiffLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
      return InputType.feedForward(4);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {}

    @Override
    public org.deeplearning4j.nn.conf.InputPreProcessor getPreProcessorForInputType(
        InputType inputType) {
      return null;
    }

    @Override
    public void defineParameters(SDLayerParams params) {
      params.addWeightParam("plain", 4, 5);
      params.addWeightParam("turned", 6, 5);
      params.addWeightParam("left", 7, 6);
      params.addWeightParam("leftTurned", 7, 4);
      params.addWeightParam("added", 3, 4);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      long seed = 1;
      for (INDArray values : params.values()) {
        values.assign(Networks.normal(seed++, values.shape()));
      }
    }

    @Override
    public SDVariable defineLayer(
        SameDiff graph, SDVariable x, Map<String, SDVariable> params, SDVariable mask) {
      SDVariable first = graph.math().tanh(x.mmul(params.get("plain")));
      SDVariable second = graph.mmul(first, params.get("turned"), false, true, false);
      SDVariable third = graph.mmul(params.get("left"), second, false, true, false);
      SDVariable fourth = graph.mmul(params.get("leftTurned"), third, true, false, false);
      return graph.transpose(fourth).add(params.get("added"));
    }
  }

  @Test
  void productsInACustomLayerAreKnownHoweverTheyAreWritten() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            InputType.feedForward(4),
            new Products(),
            new org.deeplearning4j.nn.conf.layers.OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .build());
    INDArray x = Networks.normal(5, 3, 4);
    ScorableModel model = Networks.scorable(Network.of(network), Networks.batch(x));
    Map<String, INDArray> params = network.getLayer(0).paramTable();
    INDArray first = org.nd4j.linalg.ops.transforms.Transforms.tanh(x.mmul(params.get("plain")));
    INDArray second = first.mmul(params.get("turned").transpose());
    INDArray third = second.mmul(params.get("left").transpose());

    requireColumns(model, "plain", x);
    requireColumns(model, "turned", first);
    requireColumns(model, "left", second);
    requireColumns(model, "leftTurned", third);
    assertThat(model.layers().layers().get(0).others()).containsExactly("layer0_added");
  }

  private static void requireColumns(ScorableModel model, String key, INDArray operand) {
    assertThat(Energies.of(model, "layer0_" + key))
        .as(key)
        .containsExactly(operand.mul(operand).sum(0).toDoubleVector(), within(1e-2));
  }
}
