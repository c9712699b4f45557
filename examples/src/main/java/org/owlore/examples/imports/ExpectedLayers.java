package org.owlore.examples.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lombok.NonNull;
import org.owlore.graph.Orientation;

/**
 * The layers of a model as its PyTorch names tell them.
 *
 * @param linears matrices of each block, with how the graph stores them
 * @param others the other weights of each block
 * @param embedding weights before the blocks
 * @param finalNorm weights of the norm behind the blocks
 * @param head weights behind that
 */
record ExpectedLayers(
    @NonNull List<Map<String, Orientation>> linears,
    @NonNull List<Set<String>> others,
    @NonNull Set<String> embedding,
    @NonNull Set<String> finalNorm,
    @NonNull Set<String> head) {
  private static final String WEIGHT = ".weight";
  private static final String SHARED_BY_BLOCKS = ".relative_attention_bias.weight";
  private static final Pattern HEAD =
      Pattern.compile("(lm_head|cls|vocab_\\w+|head|embed_out)\\..*");
  private static final Pattern FINAL_NORM =
      Pattern.compile(".*\\b(norm|ln_f|final_layer_?norm)\\.(weight|bias)");

  /**
   * The layers of an export.
   *
   * @param weights that the graph has as variables, by PyTorch's names
   */
  static ExpectedLayers of(@NonNull ExportCase export, @NonNull Set<String> weights) {
    ExpectedLayers layers =
        new ExpectedLayers(
            new ArrayList<>(),
            new ArrayList<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>());
    Pattern block = Pattern.compile(Pattern.quote(export.blocks()) + "\\.(\\d+)\\..*");
    for (String weight : weights) {
      Matcher inBlock = block.matcher(weight);
      if (inBlock.matches()) {
        layers.inBlock(Integer.parseInt(inBlock.group(1)), weight, export.linears());
      } else if (HEAD.matcher(weight).matches()) {
        layers.head.add(weight);
      } else if (FINAL_NORM.matcher(weight).matches()) {
        layers.finalNorm.add(weight);
      } else {
        layers.embedding.add(weight);
      }
    }
    return layers;
  }

  /**
   * The same layers as the graph alone tells them: weights that the first block holds, but all
   * blocks use, lie before the blocks.
   */
  ExpectedLayers withoutNames() {
    List<Set<String>> own = new ArrayList<>();
    others.forEach(block -> own.add(new TreeSet<>(block)));
    Set<String> before = new TreeSet<>(embedding);
    own.forEach(
        block -> block.removeIf(weight -> weight.endsWith(SHARED_BY_BLOCKS) && before.add(weight)));
    return new ExpectedLayers(linears, own, before, finalNorm, head);
  }

  private void inBlock(int block, String weight, Map<String, Boolean> modules) {
    while (linears.size() <= block) {
      linears.add(new TreeMap<>());
      others.add(new TreeSet<>());
    }
    Boolean inOut = weight.endsWith(WEIGHT) ? modules.get(module(weight)) : null;
    if (inOut == null) {
      others.get(block).add(weight);
    } else {
      linears.get(block).put(weight, inOut ? Orientation.IN_OUT : Orientation.OUT_IN);
    }
  }

  private static String module(String weight) {
    return weight.substring(0, weight.length() - WEIGHT.length());
  }
}
