package org.owlore.dl4j.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.layers.recurrent.LastTimeStepLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.graph.Orientation;

/**
 * Recurrent layers: {@code W} multiplies the input, {@code RW} the layer's own output of the step
 * before, which is 0 at the first.
 */
final class RecurrentMultiplications {
  private RecurrentMultiplications() {}

  static List<Multiplication> of(Layer layer) {
    if (layer instanceof Bidirectional both) {
      return bidirectional(both);
    }
    BaseRecurrentLayer recurrent = (BaseRecurrentLayer) layer;
    ChannelAxis channels = ChannelAxis.of(layer);
    if (recurrent instanceof GravesBidirectionalLSTM) {
      // The two directions are added up, so neither's own output is to be had.
      return List.of(
          Multiplications.direct("WF", channels), Multiplications.direct("WB", channels));
    }
    return List.of(
        Multiplications.direct("W", channels),
        recurrent("", recurrent, new PreviousOutput(channels, 0, recurrent.getNOut(), false)));
  }

  private static List<Multiplication> bidirectional(Bidirectional both) {
    if (!(both.getFwd() instanceof BaseRecurrentLayer recurrent)) {
      return List.of();
    }
    ChannelAxis channels = ChannelAxis.of(both);
    List<Multiplication> found = new ArrayList<>();
    found.add(Multiplications.direct("fW", channels));
    found.add(Multiplications.direct("bW", channels));
    if (both.getMode() == Bidirectional.Mode.CONCAT) {
      long units = recurrent.getNOut();
      found.add(recurrent("f", recurrent, new PreviousOutput(channels, 0, units, false)));
      found.add(recurrent("b", recurrent, new PreviousOutput(channels, units, 2 * units, true)));
    }
    return found;
  }

  private static Multiplication recurrent(
      String direction, BaseRecurrentLayer layer, InputReading reading) {
    UnaryOperator<INDArray> matrix =
        layer instanceof GravesLSTM
            ? weights -> withoutPeepholes(weights, layer.getNOut())
            : UnaryOperator.identity();
    return new Multiplication(
        direction + "RW", direction + "previous output", Orientation.IN_OUT, matrix, reading);
  }

  /** The last three columns of a Graves LSTM look at the cell state, unit by unit. */
  private static INDArray withoutPeepholes(INDArray weights, long units) {
    return weights.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 4 * units));
  }

  /**
   * The output of the step before.
   *
   * @param from first channel of the direction
   * @param until behind its last channel
   * @param backward whether the step before is the later one
   */
  private record PreviousOutput(ChannelAxis channels, long from, long until, boolean backward)
      implements InputReading {

    @Override
    public void read(LayerPass pass, Consumer<Tokens> visitor) {
      INDArray output =
          channels
              .toFirst(sequence(pass))
              .get(NDArrayIndex.all(), NDArrayIndex.interval(from, until), NDArrayIndex.all());
      try (INDArray previous = Nd4j.create(output.dataType(), output.shape())) {
        long steps = output.size(2);
        if (steps > 1) {
          steps(previous, !backward).assign(steps(output, backward));
        }
        try (Tokens tokens = Tokens.of(previous, ChannelAxis.FIRST, pass.inputMask())) {
          visitor.accept(tokens);
        }
      }
    }

    /** All steps without the first, or without the last. */
    private static INDArray steps(INDArray sequence, boolean withoutFirst) {
      long steps = sequence.size(2);
      return sequence.get(
          NDArrayIndex.all(),
          NDArrayIndex.all(),
          withoutFirst ? NDArrayIndex.interval(1, steps) : NDArrayIndex.interval(0, steps - 1));
    }

    /** The outputs of all steps, also where the layer hands on the last one only. */
    private static INDArray sequence(LayerPass pass) {
      Trainable worker = pass.worker();
      INDArray sequence = pass.output();
      while (worker instanceof LastTimeStepLayer last) {
        worker = last.getUnderlying();
        sequence =
            last.getUnderlying().activate(pass.input(), false, LayerWorkspaceMgr.noWorkspaces());
      }
      return sequence;
    }
  }
}
