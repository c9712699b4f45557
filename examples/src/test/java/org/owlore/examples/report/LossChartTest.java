package org.owlore.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class LossChartTest {

  @Test
  void everyStepIsAPointWithinTheFrame() throws Exception {
    List<Double> losses = IntStream.range(0, 300).mapToObj(step -> 4 / (1 + step / 50.0)).toList();

    Document svg = parse(chart("GSM8K", losses));

    for (int line = 0; line < 2; line++) {
      Element curve = (Element) svg.getElementsByTagName("polyline").item(line);
      String[] points = curve.getAttribute("points").split(" ");
      assertThat(points).hasSize(300);
      for (String point : points) {
        String[] position = point.split(",");
        assertThat(Double.parseDouble(position[0])).isBetween(70.0, 780.0);
        assertThat(Double.parseDouble(position[1])).isBetween(70.0, 400.0);
      }
    }
  }

  @Test
  void oneStepAndAFlatLossCanBeDrawn() throws Exception {
    assertThat(parse(chart("one", List.of(2.0)))).isNotNull();
    assertThat(parse(chart("flat", Collections.nCopies(50, 2.0)))).isNotNull();
    assertThat(parse(chart("zero", Collections.nCopies(50, 0.0)))).isNotNull();
  }

  @Test
  void theTitleIsText() throws Exception {
    Document svg = parse(chart("a < b & c", List.of(1.0)));

    assertThat(svg.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("a < b & c");
  }

  @Test
  void aRunWithoutStepsHasNoPicture() {
    assertThatThrownBy(() -> chart("none", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is nothing to draw: the run made no step.");
  }

  @Property(tries = 300)
  void anAxisHoldsItsValuesAndHasFewRoundTicks(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double one,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double other) {
    Axis axis = Axis.around(Math.min(one, other), Math.max(one, other));

    assertThat(axis.position(one)).isBetween(-1e-9, 1 + 1e-9);
    assertThat(axis.position(other)).isBetween(-1e-9, 1 + 1e-9);
    assertThat(axis.ticks().count()).isBetween(2L, 9L);
  }

  @Test
  void ticksAreWrittenInAsFewDigitsAsTheyNeed() {
    Axis axis = Axis.around(1.02, 1.48);

    assertThat(axis.ticks().mapToObj(axis::label))
        .containsExactly("1.0", "1.1", "1.2", "1.3", "1.4", "1.5");
  }

  private static LossChart chart(String title, List<Double> losses) {
    return new LossChart(title, new Series("loss", losses));
  }

  private static Document parse(LossChart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(chart.toSvg().getBytes(StandardCharsets.UTF_8)));
  }
}
