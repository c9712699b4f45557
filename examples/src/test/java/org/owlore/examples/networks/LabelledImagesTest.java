package org.owlore.examples.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.owlore.examples.networks.LabelledImages.Image;

class LabelledImagesTest {
  @TempDir private Path folder;

  @Test
  void pixelsFromZeroToSixteenBecomeMinusOneToOne() throws IOException {
    LabelledImages images = LabelledImages.read(file("7" + ",0,8".repeat(31) + ",16,16"));

    Image image = images.images().get(0);
    assertThat(image.label()).isEqualTo(7);
    assertThat(image.pixels()).hasSize(64).startsWith(-1, 0).endsWith(1, 1);
  }

  @Test
  void lineWithTooFewPixelsIsNamed() throws IOException {
    Path file = file("7" + ",0".repeat(64) + "\n7,1,2");

    assertThatThrownBy(() -> LabelledImages.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "line 2: expected a class from 0 to 9 and 64 pixels, separated by commas.");
  }

  @Test
  void classAboveNineIsRefused() throws IOException {
    Path file = file("10" + ",0".repeat(64));

    assertThatThrownBy(() -> LabelledImages.read(file)).hasMessageContaining("line 1: expected");
  }

  @Test
  void wordsAreRefused() throws IOException {
    Path file = file("7,dark" + ",0".repeat(63));

    assertThatThrownBy(() -> LabelledImages.read(file)).hasMessageContaining("line 1: expected");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> LabelledImages.read(folder.resolve("none.csv")))
        .hasMessageContaining("none.csv cannot be read");
  }

  @Test
  void madeUpImagesHaveAllClassesEquallyOften() {
    LabelledImages images = LabelledImages.synthetic(3, 1);

    for (int label = 0; label < 10; label++) {
      assertThat(images.ofClasses(label, label + 1, new Random(1))).hasSize(3);
    }
  }

  @Test
  void labelsCountFromTheFirstClass() {
    DataSet data = LabelledImages.dataSet(List.of(new Image(6, new float[64])), 5, 5);

    assertThat(data.getLabels().data().asFloat()).containsExactly(0, 1, 0, 0, 0);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("digits.csv"), text);
  }
}
