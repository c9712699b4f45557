package org.owlore.examples.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs run, as they were and with OwLore, and learn. */
class RecipesTest {
  @TempDir private Path folder;

  @Test
  void layeredNetworkLearnsWithOwLore() {
    Recipe recipe = new LayeredRecipe();

    assertThat(recipe.before(40)).isGreaterThan(0.8);
    assertThat(recipe.after(40)).isGreaterThan(0.8);
  }

  @Test
  void graphLearnsWithOwLore() {
    Recipe recipe = new GraphRecipe();

    assertThat(recipe.before(3)).isGreaterThan(0.5);
    assertThat(recipe.after(6)).isGreaterThan(0.6);
  }

  @Test
  void networkFromKerasLearnsWithOwLore() {
    Recipe recipe = new KerasRecipe(folder);

    assertThat(recipe.before(1)).isGreaterThan(0.7);
    assertThat(recipe.after(1)).isGreaterThan(0.7);
  }
}
