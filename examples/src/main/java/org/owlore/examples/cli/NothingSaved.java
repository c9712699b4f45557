package org.owlore.examples.cli;

import java.util.ArrayList;
import java.util.List;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;

/** Says when settings that fit a large model do nothing for a small one. */
final class NothingSaved {
  private NothingSaved() {}

  /** One sentence for each way in which the method amounts to full fine-tuning; often none. */
  static List<String> notes(LanguageModel model, FineTuneConfiguration configuration) {
    List<String> notes = new ArrayList<>();
    int layers = model.layers().size();
    if (configuration.method().samplesLayers()
        && configuration.fixedSchedule() == null
        && configuration.gamma() >= layers) {
      notes.add(
          "--gamma %d is every layer of this model: none is ever frozen."
              .formatted(configuration.gamma()));
    }
    if (configuration.method().lowRank() && !projectsAny(model, configuration)) {
      notes.add(
          "--rank %d is no less than the shorter side of any matrix: all of them take plain AdamW."
              .formatted(configuration.updater().getRank()));
    }
    return notes;
  }

  private static boolean projectsAny(LanguageModel model, FineTuneConfiguration configuration) {
    return model.layers().layers().stream()
        .map(Layer::linears)
        .flatMap(List::stream)
        .map(linear -> model.graph().getArrForVarName(linear.name()).shape())
        .anyMatch(configuration.updater()::projects);
  }
}
