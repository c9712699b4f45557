package org.owlore.huggingface;

import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.owlore.graph.LanguageModel;

/**
 * The Llama family in plain loops and doubles, token by token: the reference for the graph. Reads
 * nothing of the graph but its weights.
 */
final class NaiveLlama {
  private final HuggingFaceConfig config;
  private final Map<String, double[][]> matrices = new TreeMap<>();
  private final Map<String, double[]> vectors = new TreeMap<>();

  NaiveLlama(HuggingFaceConfig config, LanguageModel model) {
    this.config = config;
    for (SDVariable variable : model.graph().variables()) {
      if (variable.getVariableType() != VariableType.VARIABLE) {
        continue;
      }
      if (variable.getArr().rank() == 2) {
        matrices.put(variable.name(), variable.getArr().toDoubleMatrix());
      } else {
        vectors.put(variable.name(), variable.getArr().toDoubleVector());
      }
    }
  }

  /** Logits {@code [sequence, vocabulary]} of one document. */
  double[][] logits(int[] tokens) {
    double[][] embedding = matrices.get("model.embed_tokens.weight");
    double[][] x = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      x[t] = embedding[tokens[t]].clone();
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      add(x, attention(layer, prefix, normed(x, prefix + "input_layernorm.weight")));
      add(x, feedForward(prefix, normed(x, prefix + "post_attention_layernorm.weight")));
    }
    double[][] head = config.tiedEmbedding() ? embedding : matrices.get("lm_head.weight");
    double[][] last = normed(x, "model.norm.weight");
    double[][] logits = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      logits[t] = multiply(head, last[t]);
    }
    return logits;
  }

  private double[][] attention(int layer, String prefix, double[][] x) {
    int width = config.headDimension();
    double[][] q = linear(prefix + "self_attn.q_proj", x);
    double[][] k = linear(prefix + "self_attn.k_proj", x);
    double[][] v = linear(prefix + "self_attn.v_proj", x);
    turn(q, config.heads());
    turn(k, config.keyValueHeads());
    double[][] context = new double[x.length][config.heads() * width];
    for (int head = 0; head < config.heads(); head++) {
      int query = head * width;
      int key = head / (config.heads() / config.keyValueHeads()) * width;
      for (int t = 0; t < x.length; t++) {
        int window = config.slidingWindow(layer);
        int first = window == HuggingFaceConfig.NO_WINDOW ? 0 : Math.max(0, t - window + 1);
        attend(context[t], q[t], query, k, v, key, first, t);
      }
    }
    return linear(prefix + "self_attn.o_proj", context);
  }

  private void attend(
      double[] context,
      double[] q,
      int query,
      double[][] k,
      double[][] v,
      int key,
      int from,
      int to) {
    int width = config.headDimension();
    double[] weights = new double[to + 1];
    double sum = 0;
    for (int s = from; s <= to; s++) {
      double score = 0;
      for (int d = 0; d < width; d++) {
        score += q[query + d] * k[s][key + d];
      }
      weights[s] = Math.exp(score / Math.sqrt(width));
      sum += weights[s];
    }
    for (int s = from; s <= to; s++) {
      for (int d = 0; d < width; d++) {
        context[query + d] += weights[s] / sum * v[s][key + d];
      }
    }
  }

  /** Rotary embedding as complex numbers: channels d and d + D/2 are real and imaginary part. */
  private void turn(double[][] x, int heads) {
    int half = config.headDimension() / 2;
    float[] frequencies = config.inverseFrequencies();
    for (int t = 0; t < x.length; t++) {
      for (int head = 0; head < heads; head++) {
        for (int d = 0; d < half; d++) {
          int real = head * 2 * half + d;
          int imaginary = real + half;
          double cosine = Math.cos(t * (double) frequencies[d]);
          double sine = Math.sin(t * (double) frequencies[d]);
          double old = x[t][real];
          x[t][real] = old * cosine - x[t][imaginary] * sine;
          x[t][imaginary] = old * sine + x[t][imaginary] * cosine;
        }
      }
    }
  }

  private double[][] feedForward(String prefix, double[][] x) {
    double[][] gate = linear(prefix + "mlp.gate_proj", x);
    double[][] up = linear(prefix + "mlp.up_proj", x);
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < gate[t].length; i++) {
        gate[t][i] *= up[t][i] / (1 + Math.exp(-gate[t][i]));
      }
    }
    return linear(prefix + "mlp.down_proj", gate);
  }

  private double[][] normed(double[][] x, String weight) {
    double[][] normed = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      double squares = 0;
      for (double value : x[t]) {
        squares += value * value;
      }
      double root = Math.sqrt(squares / x[t].length + config.normEpsilon());
      for (int i = 0; i < x[t].length; i++) {
        normed[t][i] = vectors.get(weight)[i] * x[t][i] / root;
      }
    }
    return normed;
  }

  private double[][] linear(String module, double[][] x) {
    double[][] result = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      result[t] = multiply(matrices.get(module + ".weight"), x[t]);
      if (vectors.containsKey(module + ".bias")) {
        for (int i = 0; i < result[t].length; i++) {
          result[t][i] += vectors.get(module + ".bias")[i];
        }
      }
    }
    return result;
  }

  private static double[] multiply(double[][] matrix, double[] x) {
    double[] product = new double[matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int i = 0; i < x.length; i++) {
        product[row] += matrix[row][i] * x[i];
      }
    }
    return product;
  }

  private static void add(double[][] x, double[][] y) {
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] += y[t][i];
      }
    }
  }
}
