package org.owlore.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

/**
 * The forward pass of a small Llama in plain loops and double precision: slow, independent of ND4J,
 * and so a reference for everything that is not.
 *
 * <p>Activations are named after the module that takes them: {@code model.layers.0.input} (residual
 * stream), {@code model.layers.0.self_attn.input} (of q, k and v), {@code
 * model.layers.0.self_attn.o_proj.input}, {@code model.layers.0.mlp.input} (of gate and up), {@code
 * model.layers.0.mlp.down_proj.input}; the last block's output is {@code model.norm.input}.
 */
public final class NaiveLlama {
  private final JsonNode config;
  private final Map<String, float[][]> parameters;

  private NaiveLlama(JsonNode config, Map<String, float[][]> parameters) {
    this.config = config;
    this.parameters = parameters;
  }

  /**
   * Reads a checkpoint.
   *
   * @param directory holds {@code config.json} and a float32 {@code model.safetensors}
   */
  public static NaiveLlama read(Path directory) {
    try {
      JsonNode config = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
      return new NaiveLlama(
          config, parameters(Files.readAllBytes(directory.resolve("model.safetensors"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, float[][]> parameters(byte[] file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Math.toIntExact(buffer.getLong());
    JsonNode header =
        new ObjectMapper().readTree(new String(file, 8, headerLength, StandardCharsets.UTF_8));
    Map<String, float[][]> parameters = new HashMap<>();
    header
        .fields()
        .forEachRemaining(
            entry -> {
              if (!entry.getKey().equals("__metadata__")) {
                JsonNode shape = entry.getValue().get("shape");
                float[][] rows =
                    new float[shape.size() == 2 ? shape.get(0).intValue() : 1]
                        [shape.get(shape.size() - 1).intValue()];
                int start =
                    8 + headerLength + entry.getValue().get("data_offsets").get(0).intValue();
                FloatBuffer floats =
                    buffer
                        .duplicate()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(start)
                        .asFloatBuffer();
                for (float[] row : rows) {
                  floats.get(row);
                }
                parameters.put(entry.getKey(), rows);
              }
            });
    return parameters;
  }

  /** Which parameters and activations make up which layer. */
  public LayerMap layers() {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < count("num_hidden_layers"); i++) {
      String block = "model.layers." + i + ".";
      List<LinearWeight> linears =
          List.of(
              linear(block + "self_attn.q_proj", block + "self_attn"),
              linear(block + "self_attn.k_proj", block + "self_attn"),
              linear(block + "self_attn.v_proj", block + "self_attn"),
              linear(block + "self_attn.o_proj", block + "self_attn.o_proj"),
              linear(block + "mlp.gate_proj", block + "mlp"),
              linear(block + "mlp.up_proj", block + "mlp"),
              linear(block + "mlp.down_proj", block + "mlp.down_proj"));
      List<String> norms =
          List.of(block + "input_layernorm.weight", block + "post_attention_layernorm.weight");
      layers.add(new Layer(i, linears, norms, block + "input", residual(i + 1)));
    }
    return new LayerMap(
        layers, List.of("model.embed_tokens.weight"), List.of("model.norm.weight"), head());
  }

  private static LinearWeight linear(String module, String input) {
    return new LinearWeight(module + ".weight", input + ".input", Orientation.OUT_IN);
  }

  private List<String> head() {
    return parameters.containsKey("lm_head.weight") ? List.of("lm_head.weight") : List.of();
  }

  private String residual(int block) {
    return block < count("num_hidden_layers")
        ? "model.layers." + block + ".input"
        : "model.norm.input";
  }

  /**
   * The values of a parameter.
   *
   * @return {@code [rows, columns]}, a norm weight as one row
   */
  public float[][] parameter(String name) {
    return parameters.get(name);
  }

  /**
   * Runs the model over one sequence.
   *
   * @param tokens token ids
   */
  public Forward forward(int... tokens) {
    Map<String, double[][]> activations = new LinkedHashMap<>();
    double[][] x = embed(tokens);
    for (int i = 0; i < count("num_hidden_layers"); i++) {
      String block = "model.layers." + i + ".";
      activations.put(residual(i), x);
      x = add(x, attention(block + "self_attn", norm(x, block + "input_layernorm"), activations));
      x =
          add(
              x,
              feedForward(block + "mlp", norm(x, block + "post_attention_layernorm"), activations));
    }
    activations.put("model.norm.input", x);
    String head = head().isEmpty() ? "model.embed_tokens" : "lm_head";
    return new Forward(linear(norm(x, "model.norm"), head), activations);
  }

  /**
   * What a forward pass gives.
   *
   * @param logits {@code [tokens, vocabulary]}
   * @param activations activation name to {@code [tokens, channels]}, in execution order
   */
  public record Forward(double[][] logits, Map<String, double[][]> activations) {}

  private double[][] embed(int[] tokens) {
    float[][] table = parameters.get("model.embed_tokens.weight");
    double[][] x = new double[tokens.length][table[0].length];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] = table[tokens[t]][i];
      }
    }
    return x;
  }

  private double[][] norm(double[][] x, String module) {
    float[] weight = parameters.get(module + ".weight")[0];
    double[][] y = new double[x.length][weight.length];
    for (int t = 0; t < x.length; t++) {
      double scale =
          1 / Math.sqrt(dot(x[t], x[t]) / weight.length + config.get("rms_norm_eps").doubleValue());
      for (int i = 0; i < weight.length; i++) {
        y[t][i] = x[t][i] * scale * weight[i];
      }
    }
    return y;
  }

  private double[][] attention(String module, double[][] x, Map<String, double[][]> activations) {
    activations.put(module + ".input", x);
    int heads = count("num_attention_heads");
    int size = count("hidden_size") / heads;
    int queriesPerKey = heads / count("num_key_value_heads");
    double[][] q = rotate(linear(x, module + ".q_proj"), size);
    double[][] k = rotate(linear(x, module + ".k_proj"), size);
    double[][] v = linear(x, module + ".v_proj");
    double[][] mixed = new double[x.length][heads * size];
    for (int head = 0; head < heads; head++) {
      attend(q, k, v, head * size, head / queriesPerKey * size, size, mixed);
    }
    activations.put(module + ".o_proj.input", mixed);
    return linear(mixed, module + ".o_proj");
  }

  /** Turns each half-split pair of a head by its position's angle. */
  private double[][] rotate(double[][] x, int size) {
    int half = size / 2;
    for (int t = 0; t < x.length; t++) {
      for (int start = 0; start < x[t].length; start += size) {
        for (int i = 0; i < half; i++) {
          double angle = t * Math.pow(config.get("rope_theta").doubleValue(), -(double) i / half);
          double first = x[t][start + i];
          double second = x[t][start + half + i];
          x[t][start + i] = first * Math.cos(angle) - second * Math.sin(angle);
          x[t][start + half + i] = second * Math.cos(angle) + first * Math.sin(angle);
        }
      }
    }
    return x;
  }

  private static void attend(
      double[][] q, double[][] k, double[][] v, int query, int key, int size, double[][] mixed) {
    for (int t = 0; t < q.length; t++) {
      double[] weights = new double[t + 1];
      double sum = 0;
      for (int s = 0; s <= t; s++) {
        double product = 0;
        for (int i = 0; i < size; i++) {
          product += q[t][query + i] * k[s][key + i];
        }
        weights[s] = Math.exp(product / Math.sqrt(size));
        sum += weights[s];
      }
      for (int s = 0; s <= t; s++) {
        for (int i = 0; i < size; i++) {
          mixed[t][query + i] += weights[s] / sum * v[s][key + i];
        }
      }
    }
  }

  private double[][] feedForward(String module, double[][] x, Map<String, double[][]> activations) {
    activations.put(module + ".input", x);
    double[][] gate = linear(x, module + ".gate_proj");
    double[][] up = linear(x, module + ".up_proj");
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < gate[t].length; i++) {
        gate[t][i] = gate[t][i] / (1 + Math.exp(-gate[t][i])) * up[t][i];
      }
    }
    activations.put(module + ".down_proj.input", gate);
    return linear(gate, module + ".down_proj");
  }

  private double[][] linear(double[][] x, String module) {
    float[][] weight = parameters.get(module + ".weight");
    double[][] y = new double[x.length][weight.length];
    for (int t = 0; t < x.length; t++) {
      for (int out = 0; out < weight.length; out++) {
        double sum = 0;
        for (int in = 0; in < x[t].length; in++) {
          sum += x[t][in] * weight[out][in];
        }
        y[t][out] = sum;
      }
    }
    return y;
  }

  private static double[][] add(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < sum[t].length; i++) {
        sum[t][i] = x[t][i] + y[t][i];
      }
    }
    return sum;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private int count(String field) {
    return config.get(field).intValue();
  }
}
