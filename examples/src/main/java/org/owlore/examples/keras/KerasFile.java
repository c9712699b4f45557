package org.owlore.examples.keras;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model that Keras 1 or 2 saved as HDF5 (tf_keras, or Keras before 3). Beyond what {@link
 * KerasModelImport} reads, it may have self-attention ({@code MultiHeadAttention}), {@code
 * LayerNormalization} and {@code Dense} on sequences.
 *
 * @param file the HDF5 file, saved after {@code compile}, so that it names a loss
 */
public record KerasFile(@NonNull Path file) {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** Refuses what is not there, or is no HDF5 file. */
  public KerasFile {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no Keras file %s.".formatted(file));
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      if (!Arrays.equals(bytes.readNBytes(SIGNATURE.length), SIGNATURE)) {
        throw new IllegalArgumentException(
            "%s is no HDF5 file: save the model as .h5, not .keras.".formatted(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * A model of this project's own, made by {@code benchmarks/keras/make_models.py}.
   *
   * @param name of the file, {@code mlp.h5} or {@code transformer.h5}
   * @param folder where to put it
   */
  public static KerasFile example(@NonNull String name, @NonNull Path folder) {
    Path copy = folder.resolve(name);
    try (InputStream model = KerasFile.class.getResourceAsStream(name)) {
      if (model == null) {
        throw new IllegalArgumentException("There is no example \"%s\".".formatted(name));
      }
      Files.copy(model, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written: %s.".formatted(copy, e.getMessage()), e);
    }
    return new KerasFile(copy);
  }

  /**
   * Reads a {@code Sequential} model with its loss.
   *
   * @throws IllegalArgumentException if Deeplearning4j cannot import it
   */
  public MultiLayerNetwork sequential() {
    try {
      return KerasModelImport.importKerasSequentialModelAndWeights(file.toString());
    } catch (IOException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException
        | RuntimeException e) {
      throw cannotBeImported(e);
    }
  }

  /**
   * Reads a model of the functional API with its loss.
   *
   * @throws IllegalArgumentException if Deeplearning4j cannot import it
   */
  public ComputationGraph functional() {
    KerasLayer.registerCustomLayer("MultiHeadAttention", MultiHeadAttentionImport.class);
    KerasLayer.registerCustomLayer("LayerNormalization", LayerNormalizationImport.class);
    KerasLayer.registerCustomLayer("SequenceDense", DenseImport.class);
    try {
      KerasModelBuilder model = new KerasModel().modelBuilder().modelHdf5Filename(file.toString());
      model.modelJson(SequenceModel.withSequenceDenses(model.getModelJson()));
      ComputationGraph graph = model.enforceTrainingConfig(true).buildModel().getComputationGraph();
      copyWeights(graph);
      return graph;
    } catch (IOException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException
        | RuntimeException e) {
      throw cannotBeImported(e);
    }
  }

  /** The stock import leaves the weights of SameDiff layers as they were drawn. */
  private void copyWeights(ComputationGraph graph) throws UnsupportedKerasConfigurationException {
    try (Hdf5Archive archive = new Hdf5Archive(file.toString())) {
      for (Layer layer : graph.getLayers()) {
        if (layer.conf().getLayer() instanceof KerasSequenceLayer described) {
          copyWeights(archive, layer, described.datasets());
        }
      }
    }
  }

  private static void copyWeights(Hdf5Archive archive, Layer layer, Map<String, String> datasets)
      throws UnsupportedKerasConfigurationException {
    String name = layer.conf().getLayer().getLayerName();
    for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
      String[] path = datasets.get(parameter.getKey()).split("/");
      String[] groups = new String[path.length + 2];
      groups[0] = "model_weights";
      groups[1] = name;
      groups[2] = name;
      System.arraycopy(path, 0, groups, 3, path.length - 1);
      INDArray values = archive.readDataSet(path[path.length - 1], groups);
      parameter.getValue().assign(values.reshape('c', parameter.getValue().shape()));
    }
  }

  /** Says what the innermost cause says: the import wraps what layers refuse. */
  private IllegalArgumentException cannotBeImported(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new IllegalArgumentException(
        "%s cannot be imported: %s".formatted(file, cause.getMessage()), failure);
  }
}
