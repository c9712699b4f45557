package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import org.junit.jupiter.api.Test;

class RecipeCommandTest {

  @Test
  void printsTheAccuracyWithoutAndWithOwLore() {
    assertThat(owlore("recipe", "layered", "--epochs", 1).succeeds().out())
        .containsPattern("before +[\\d.]+ % right")
        .containsPattern("with OwLore +[\\d.]+ % right");
  }

  @Test
  void readsTheKerasModelInsideTheJar() {
    assertThat(owlore("recipe", "keras", "--epochs", 1).succeeds().out()).contains("with OwLore");
  }

  @Test
  void unknownRecipesAndEpochsAreRefused() {
    assertThat(owlore("recipe", "none").exitCode()).isEqualTo(2);
    owlore("recipe", "layered", "--epochs", 0).failsWith("--epochs is 0");
  }
}
