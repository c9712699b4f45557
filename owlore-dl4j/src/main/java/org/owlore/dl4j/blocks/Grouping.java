package org.owlore.dl4j.blocks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lombok.Builder;
import lombok.NonNull;
import lombok.Singular;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * How the layers of a network are divided into blocks.
 *
 * <p>With blocks or a pattern, what is in no block always trains. Without, each layer that has a
 * matrix is a block of its own, but for the heads of the network and embeddings, which always
 * train, and a layer without a matrix (PReLU) joins the block of the layer it reads from.
 *
 * <p>Batch normalisation always trains unless {@code blocks} or {@code neverTrain} name it: its
 * statistics, which stand still while it is frozen, are what a network is evaluated with.
 *
 * @param blocks names of the layers of each block; default none
 * @param pattern names of layers; the first group says which block a layer belongs to, and a layer
 *     where it is absent belongs to none; default null
 * @param alwaysTrain names of further layers; default none
 * @param neverTrain names of layers; default none
 */
@Builder
public record Grouping(
    @Singular @NonNull List<List<String>> blocks,
    Pattern pattern,
    @Singular("alwaysTrain") @NonNull Set<String> alwaysTrain,
    @Singular("neverTrain") @NonNull Set<String> neverTrain) {

  /** Refuses a pattern without a group, two ways to say one thing, and layers in two parts. */
  public Grouping {
    if (pattern != null && pattern.matcher("").groupCount() == 0) {
      throw new IllegalArgumentException(
          "The block pattern \"%s\" has no group: put the part of the name that numbers the block in parentheses, as in \"block(\\\\d+)\"."
              .formatted(pattern));
    }
    if (pattern != null && !blocks.isEmpty()) {
      throw new IllegalArgumentException("Give blocks or a block pattern, not both.");
    }
    List<String> named = named(blocks, alwaysTrain, neverTrain);
    for (String name : named) {
      if (named.indexOf(name) != named.lastIndexOf(name)) {
        throw new IllegalArgumentException(
            "Layer \"%s\" is named twice: it can be in one block only, or always train, or never."
                .formatted(name));
      }
    }
  }

  private static List<String> named(
      List<List<String>> blocks, Set<String> alwaysTrain, Set<String> neverTrain) {
    List<String> named = new ArrayList<>(neverTrain);
    blocks.forEach(named::addAll);
    named.addAll(alwaysTrain);
    return named;
  }

  /**
   * Divides a network.
   *
   * @throws IllegalArgumentException if a name is no layer with parameters, if the pattern matches
   *     none, or if there is nothing to sample
   */
  public BlockMap of(@NonNull Network network) {
    Map<String, NetworkLayer> layers = new LinkedHashMap<>();
    network.layers().forEach(layer -> layers.put(layer.name(), layer));
    requireKnown(layers.keySet());
    List<NetworkLayer> never = select(layers.values(), layer -> neverTrain.contains(layer.name()));
    List<List<NetworkLayer>> groups = groups(network, layers);
    List<Block> result = new ArrayList<>();
    groups.forEach(group -> result.add(new Block(result.size(), group)));
    List<NetworkLayer> always =
        select(
            layers.values(),
            layer ->
                !never.contains(layer)
                    && groups.stream().noneMatch(group -> group.contains(layer)));
    return new BlockMap(result, always, never);
  }

  private List<List<NetworkLayer>> groups(Network network, Map<String, NetworkLayer> layers) {
    if (!blocks.isEmpty()) {
      return blocks.stream().map(names -> names.stream().map(layers::get).toList()).toList();
    }
    Set<String> heads = network.heads();
    List<NetworkLayer> open = select(layers.values(), layer -> !isApart(layer, heads));
    return pattern == null ? oneByOne(network, open) : matching(open);
  }

  private boolean isApart(NetworkLayer layer, Set<String> heads) {
    boolean isEnd = heads.contains(layer.name()) || layer.isEmbedding();
    return alwaysTrain.contains(layer.name())
        || neverTrain.contains(layer.name())
        || layer.isBatchNormalization()
        || pattern == null && isEnd;
  }

  private List<List<NetworkLayer>> matching(List<NetworkLayer> open) {
    Map<String, List<NetworkLayer>> groups = new LinkedHashMap<>();
    for (NetworkLayer layer : open) {
      Matcher matcher = pattern.matcher(layer.name());
      if (matcher.find() && matcher.group(1) != null) {
        groups.computeIfAbsent(matcher.group(1), key -> new ArrayList<>()).add(layer);
      }
    }
    if (groups.isEmpty()) {
      throw new IllegalArgumentException(
          "The block pattern \"%s\" matches none of the layers %s."
              .formatted(pattern, open.stream().map(NetworkLayer::name).toList()));
    }
    return List.copyOf(groups.values());
  }

  private static List<List<NetworkLayer>> oneByOne(Network network, List<NetworkLayer> open) {
    List<List<NetworkLayer>> groups = new ArrayList<>();
    for (NetworkLayer layer : open) {
      if (layer.hasMatrix()) {
        groups.add(new ArrayList<>(List.of(layer)));
      } else {
        readFrom(network, layer, groups).ifPresent(group -> group.add(layer));
      }
    }
    return groups;
  }

  private static Optional<List<NetworkLayer>> readFrom(
      Network network, NetworkLayer layer, List<List<NetworkLayer>> groups) {
    List<String> inputs = network.inputsOf(layer.name());
    return groups.stream()
        .filter(group -> group.stream().anyMatch(member -> inputs.contains(member.name())))
        .reduce((first, second) -> second);
  }

  private void requireKnown(Set<String> known) {
    for (String name : named(blocks, alwaysTrain, neverTrain)) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "The network has no layer \"%s\" with parameters: it has %s.".formatted(name, known));
      }
    }
  }

  private static List<NetworkLayer> select(
      Iterable<NetworkLayer> layers, Predicate<NetworkLayer> wanted) {
    List<NetworkLayer> selected = new ArrayList<>();
    layers.forEach(
        layer -> {
          if (wanted.test(layer)) {
            selected.add(layer);
          }
        });
    return List.copyOf(selected);
  }
}
