package org.owlore.examples.quickstart;

import java.util.List;
import java.util.stream.Stream;

/** Who and what the stories are about. */
final class World {
  static final List<String> NAMES =
      words(
          """
          Anna Ben Clara David Emma Felix Grace Henry Ida Jack Kate Leo Mia Noah Olga Paul Rosa Sam
          Tom Vera
          """);

  static final List<String> THINGS =
      words(
          """
          apple ball bell book boat coin crown cup doll drum flute hat kite lamp map pen ring rope
          shell stone
          """);

  static final List<String> COLOURS =
      words("black blue brown green grey orange pink red white yellow");

  static final List<String> PLACES =
      words(
          """
          beach bridge castle church farm forest garden harbour house lake market mill park river
          school tower
          """);

  /** Every other word of stories and questions, and what stands between words. */
  private static final List<String> OTHERS =
      words(
          """
          . ? : a the finds gives takes goes belongs has is in from to Who What Where colour
          Question Answer
          """);

  private World() {}

  static List<String> words() {
    return Stream.of(OTHERS, NAMES, THINGS, COLOURS, PLACES).flatMap(List::stream).toList();
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }
}
