package org.owlore.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;
import org.owlore.huggingface.HuggingFaceCheckpoint;

/** A {@link TinyModel} with the outliers that trained models have: its weights are cubed. */
final class OutlierModel {

  private OutlierModel() {}

  static Path writeTo(Path directory) throws IOException {
    TinyModel.writeTo(directory);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory);
    LanguageModel model = checkpoint.load();
    for (Layer layer : model.layers().layers()) {
      for (LinearWeight linear : layer.linears()) {
        INDArray weight = model.graph().getArrForVarName(linear.name());
        double size = weight.norm2Number().doubleValue();
        weight.assign(Transforms.pow(weight, 3));
        weight.muli(size / weight.norm2Number().doubleValue());
      }
    }
    Path changed = directory.resolveSibling(directory.getFileName() + "-with-outliers");
    checkpoint.save(model, changed);
    return changed;
  }
}
