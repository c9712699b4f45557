package org.owlore.cuda.lowering;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An attention of a plan whose arrays of all pairs need not exist.
 *
 * @param products of queries and keys
 * @param scores what the softmax reads, made of the products
 * @param output the sum of values by weight; null where only the gradient is computed
 * @param gradient the backward pass; null where there is none
 * @param absorbed the arrays that need not exist
 * @param scoreSources what the scores are made of besides the products
 * @param gradientSources what the gradient of the products is made of besides that of the scores
 */
record FusedAttention(
    PairProduct products,
    String scores,
    PairSum output,
    Gradient gradient,
    Set<String> absorbed,
    Set<String> scoreSources,
    Set<String> gradientSources) {

  /**
   * The backward pass.
   *
   * @param weights products of the output's gradient and the values
   * @param scores the gradient of the scores
   * @param products the gradient of the products
   * @param query sum by the products' gradients over keys, or null
   * @param key sum by the products' gradients over queries, or null
   * @param value sum by weight over the output's gradients, or null
   */
  record Gradient(
      PairProduct weights,
      String scores,
      String products,
      PairSum query,
      PairSum key,
      PairSum value) {

    /** What it makes. */
    List<String> results() {
      return Stream.of(query, key, value).filter(Objects::nonNull).map(PairSum::name).toList();
    }
  }

  /** The values. */
  PairProduct.Operand value() {
    return output != null ? output.other() : gradient.weights().right();
  }

  /** What it makes, forward and backward. */
  List<String> results() {
    Stream<String> forward = output == null ? Stream.of() : Stream.of(output.name());
    Stream<String> backward = gradient == null ? Stream.of() : gradient.results().stream();
    return Stream.concat(forward, backward).toList();
  }

  /** What all passes are made of besides operands. */
  Set<String> sources() {
    Set<String> sources = new LinkedHashSet<>(scoreSources);
    sources.addAll(gradientSources);
    return sources;
  }

  /** What both passes read from memory: queries, keys, values. */
  List<String> operands() {
    return List.of(products.left().array(), products.right().array(), value().array());
  }

  /** What the backward pass reads from memory. */
  List<String> gradientOperands() {
    return Stream.concat(operands().stream(), Stream.of(gradient.weights().left().array()))
        .toList();
  }

  /** All that the forward pass is made of. */
  Set<String> outputReads() {
    Set<String> reads = new LinkedHashSet<>(operands());
    reads.addAll(scoreSources);
    return reads;
  }

  /** All that the backward pass is made of. */
  Set<String> gradientReads() {
    Set<String> reads = sources();
    reads.addAll(gradientOperands());
    return reads;
  }

  /** Where in the plan the backward pass runs: where the first of its results is made. */
  int gradientPosition(PlanArrays arrays) {
    return gradient.results().stream()
        .mapToInt(name -> arrays.maker(name).position())
        .min()
        .orElse(Integer.MAX_VALUE);
  }
}
