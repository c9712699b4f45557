package org.owlore.examples.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.examples.networks.LabelledImages.Image;

/**
 * One transfer: a network that knows the classes 0 to 4 learns 5 to 9 from a few images. What a
 * seed decides: parameters, which images train, validate and test, and their order.
 */
@Accessors(fluent = true)
final class TransferTask {
  private static final int OLD = 5;
  private static final int NEW = 5;

  private final TransferSettings settings;
  @Getter private final long seed;
  private final MultiLayerNetwork pretrained;
  @Getter private final List<DataSet> batches;
  @Getter private final DataSet validation;
  @Getter private final DataSet test;

  /**
   * Divides the images and pretrains.
   *
   * @throws IllegalArgumentException if there are too few images
   */
  TransferTask(@NonNull LabelledImages images, @NonNull TransferSettings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
    Random random = new Random(seed);
    List<Image> known = images.ofClasses(0, OLD, random);
    List<Image> fresh = images.ofClasses(OLD, OLD + NEW, random);
    List<Image> train = labelled(fresh);
    List<Image> rest = new ArrayList<>(fresh);
    rest.removeAll(train);
    if (known.isEmpty() || rest.size() <= settings.validation()) {
      throw new IllegalArgumentException(
          "%s has %d images of the classes 5 to 9 beside those to train on; more than %d are needed, to validate and test."
              .formatted(images.name(), rest.size(), settings.validation()));
    }
    validation = LabelledImages.dataSet(rest.subList(0, settings.validation()), OLD, NEW);
    test = LabelledImages.dataSet(rest.subList(settings.validation(), rest.size()), OLD, NEW);
    batches = drawBatches(train, random);
    pretrained = pretrain(LabelledImages.dataSet(known, 0, OLD));
  }

  private List<Image> labelled(List<Image> fresh) {
    int[] taken = new int[LabelledImages.CLASSES];
    return fresh.stream().filter(image -> taken[image.label()]++ < settings.labelled()).toList();
  }

  private List<DataSet> drawBatches(List<Image> train, Random random) {
    List<DataSet> drawn = new ArrayList<>();
    for (int step = 0; step < settings.steps(); step++) {
      List<Image> batch = new ArrayList<>();
      for (int i = 0; i < settings.batch(); i++) {
        batch.add(train.get(random.nextInt(train.size())));
      }
      drawn.add(LabelledImages.dataSet(batch, OLD, NEW));
    }
    return drawn;
  }

  private MultiLayerNetwork pretrain(DataSet known) {
    MultiLayerNetwork network =
        MeasuredNetworks.perceptron(
            LabelledImages.PIXELS, settings.width(), settings.hidden(), OLD, new Adam(1e-3), seed);
    for (int epoch = 0; epoch < settings.pretrainingEpochs(); epoch++) {
      known.shuffle(seed + epoch);
      for (DataSet batch : known.batchBy(32)) {
        network.fit(batch);
      }
    }
    return network;
  }

  /**
   * The pretrained network with a new output layer; each call makes a network of its own.
   *
   * @param frozen number of the last layer that Deeplearning4j freezes, -1 for none
   */
  MultiLayerNetwork network(Adam updater, int frozen) {
    // Transfer learning draws new layers from the random numbers of the whole machine.
    Nd4j.getRandom().setSeed(seed);
    TransferLearning.Builder builder =
        new TransferLearning.Builder(pretrained.clone())
            .fineTuneConfiguration(
                new org.deeplearning4j.nn.transferlearning.FineTuneConfiguration.Builder()
                    .updater(updater)
                    .seed(seed)
                    .build())
            .removeOutputLayer()
            .addLayer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .name("new-classes")
                    .nIn(settings.width())
                    .nOut(NEW)
                    .activation(Activation.SOFTMAX)
                    .build());
    return (frozen < 0 ? builder : builder.setFeatureExtractor(frozen)).build();
  }
}
