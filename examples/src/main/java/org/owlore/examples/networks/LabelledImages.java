package org.owlore.examples.networks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import lombok.NonNull;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images with the class of each, 0 to 9.
 *
 * @param name where they come from, for tables
 * @param images at least one
 */
public record LabelledImages(@NonNull String name, @NonNull List<Image> images) {
  /** Numbers of an image. */
  public static final int PIXELS = 64;

  /** Number of classes. */
  public static final int CLASSES = 10;

  private static final float BRIGHTEST = 16;

  /**
   * One image.
   *
   * @param label its class, 0 to 9
   * @param pixels 64 numbers of about -1 to 1
   */
  public record Image(int label, float[] pixels) {}

  /**
   * Reads what {@code benchmarks/dl4j/digits.py} wrote: lines of a class and 64 pixels from 0 to
   * 16.
   *
   * @throws IllegalArgumentException naming the first line that is otherwise
   */
  public static LabelledImages read(@NonNull Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      List<Image> images = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        images.add(image(lines.get(i), file, i + 1));
      }
      return new LabelledImages(file.getFileName().toString(), images);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private static Image image(String line, Path file, int number) {
    String[] words = line.split(",");
    try {
      int label = Integer.parseInt(words[0].trim());
      float[] pixels = new float[words.length - 1];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = Float.parseFloat(words[i + 1].trim()) / BRIGHTEST * 2 - 1;
      }
      if (pixels.length == PIXELS && label >= 0 && label < CLASSES) {
        return new Image(label, pixels);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s, line %d: expected a class from 0 to 9 and 64 pixels, separated by commas."
            .formatted(file, number));
  }

  /**
   * A made-up task with as many images as wanted: each class has a few prototypes, and an image is
   * a mixture of two of them with noise.
   *
   * @param each images of a class
   */
  public static LabelledImages synthetic(int each, long seed) {
    Random random = new Random(seed);
    int prototypes = 4;
    float[][][] drawn = new float[CLASSES][prototypes][PIXELS];
    for (float[][] ofClass : drawn) {
      for (float[] prototype : ofClass) {
        for (int i = 0; i < PIXELS; i++) {
          prototype[i] = (float) random.nextGaussian();
        }
      }
    }
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < each * CLASSES; i++) {
      int label = i % CLASSES;
      float[] one = drawn[label][random.nextInt(prototypes)];
      float[] other = drawn[label][random.nextInt(prototypes)];
      float[] pixels = new float[PIXELS];
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        pixels[pixel] = (float) Math.tanh(one[pixel] * other[pixel] + 0.5 * random.nextGaussian());
      }
      images.add(new Image(label, pixels));
    }
    return new LabelledImages("made-up images", images);
  }

  /** Those of some classes, shuffled. */
  List<Image> ofClasses(int from, int until, Random random) {
    List<Image> chosen =
        new ArrayList<>(
            images.stream().filter(image -> image.label >= from && image.label < until).toList());
    Collections.shuffle(chosen, random);
    return chosen;
  }

  /** Images as a network reads them: features {@code [n, 64]}, labels {@code [n, classes]}. */
  static DataSet dataSet(List<Image> images, int firstClass, int classes) {
    float[][] features = images.stream().map(Image::pixels).toArray(float[][]::new);
    float[][] labels = new float[images.size()][classes];
    for (int i = 0; i < labels.length; i++) {
      Arrays.fill(labels[i], 0);
      labels[i][images.get(i).label - firstClass] = 1;
    }
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }
}
