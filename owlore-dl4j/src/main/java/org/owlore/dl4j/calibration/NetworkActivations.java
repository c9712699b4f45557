package org.owlore.dl4j.calibration;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.dl4j.network.Network;
import org.owlore.scoring.ActivationSource;
import org.owlore.scoring.ActivationVisitor;

/** Lets the calibration data flow through a second network over the same parameters. */
@RequiredArgsConstructor
final class NetworkActivations implements ActivationSource {
  private final Network network;
  private final List<ScorableBlock> blocks;
  private final CalibrationData data;

  @Override
  public void run(Set<String> variables, ActivationVisitor visitor) {
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      ForwardPass forward = ForwardPass.over(network);
      data.forEach(batch -> forward.run(batch, pass -> show(pass, variables, visitor)));
    }
  }

  /** The input of a block comes first: metrics compare its output with it. */
  private void show(LayerPass pass, Set<String> variables, ActivationVisitor visitor) {
    Set<String> seen = new HashSet<>();
    for (ScorableBlock block : blocks) {
      BlockStream stream = block.stream();
      if (stream.from() == pass.position() && variables.contains(stream.input())) {
        try (Tokens tokens = Tokens.of(pass.input(), stream.inputChannels(), pass.inputMask())) {
          show(stream.input(), tokens, visitor);
        }
      }
    }
    for (ScorableBlock block : blocks) {
      for (ScorableBlock.Weight weight : block.weights()) {
        String input = weight.input();
        if (weight.position() == pass.position() && variables.contains(input) && seen.add(input)) {
          weight.multiplication().reading().read(pass, tokens -> show(input, tokens, visitor));
        }
      }
      BlockStream stream = block.stream();
      if (stream.until() == pass.position() && variables.contains(stream.output())) {
        try (Tokens tokens = Tokens.of(pass.output(), stream.outputChannels(), pass.outputMask())) {
          show(stream.output(), tokens, visitor);
        }
      }
    }
  }

  private static void show(String variable, Tokens tokens, ActivationVisitor visitor) {
    visitor.visit(variable, tokens.values(), tokens.counted());
  }
}
