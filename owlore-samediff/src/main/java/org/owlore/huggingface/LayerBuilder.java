package org.owlore.huggingface;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

/** Builds one transformer block and describes it. */
final class LayerBuilder {
  private final int index;
  private final String prefix;
  private final HuggingFaceConfig config;
  private final Weights weights;
  private final Attention attention;
  private final List<LinearWeight> linears = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  LayerBuilder(int index, HuggingFaceConfig config, Weights weights, Attention attention) {
    this.index = index;
    this.prefix = ParameterShapes.layerPrefix(index);
    this.config = config;
    this.weights = weights;
    this.attention = attention;
  }

  /**
   * Adds the block to the graph.
   *
   * @param residual {@code [tokens, hidden]}
   * @param outputName name of the residual stream behind the block
   */
  SDVariable build(SDVariable residual, String outputName) {
    SDVariable attended = residual.add(prefix + "self_attn.residual", selfAttention(residual));
    return attended.add(outputName, feedForward(attended));
  }

  Layer describe(String input, String output) {
    return new Layer(index, linears, others, input, output);
  }

  private SDVariable selfAttention(SDVariable residual) {
    String name = prefix + "self_attn.";
    SDVariable input = norm("self_attn.qkv_input", residual, "input_layernorm.weight");
    SDVariable query = linear("self_attn.q_proj", input);
    SDVariable key = linear("self_attn.k_proj", input);
    SDVariable value = linear("self_attn.v_proj", input);
    SDVariable context =
        attention.apply(name + "o_proj_input", query, key, value, config.slidingWindow(index));
    return linear("self_attn.o_proj", context);
  }

  /** SwiGLU: {@code down(silu(gate(x)) * up(x))}. */
  private SDVariable feedForward(SDVariable residual) {
    SDVariable input = norm("mlp.gate_up_input", residual, "post_attention_layernorm.weight");
    SDVariable gate = linear("mlp.gate_proj", input);
    SDVariable up = linear("mlp.up_proj", input);
    SDVariable activated = gate.getSameDiff().nn().swish(gate);
    return linear("mlp.down_proj", activated.mul(prefix + "mlp.down_proj_input", up));
  }

  private SDVariable norm(String outputName, SDVariable input, String weight) {
    others.add(prefix + weight);
    return RootMeanSquareNorm.apply(
        prefix + outputName, input, weights.get(prefix + weight), config.normEpsilon());
  }

  private SDVariable linear(String module, SDVariable input) {
    String name = prefix + module;
    linears.add(new LinearWeight(name + ".weight", input.name(), Orientation.OUT_IN));
    if (weights.hasBias(name)) {
      others.add(name + ".bias");
    }
    return weights.linear(name + ".output", input, name);
  }
}
