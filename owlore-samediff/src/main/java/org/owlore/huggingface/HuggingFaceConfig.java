package org.owlore.huggingface;

import java.nio.file.Path;
import java.util.List;
import lombok.Builder;
import lombok.NonNull;
import org.owlore.files.CheckpointException;
import org.owlore.safetensors.TensorType;

/**
 * What {@code config.json} says about a model of the Llama family.
 *
 * @param architecture the model family
 * @param vocabularySize number of token ids
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of transformer blocks
 * @param heads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code heads}
 * @param headDimension width of one head, even
 * @param maximumLength longest sequence, in tokens
 * @param normEpsilon what RMSNorm adds to the mean square
 * @param ropeTheta base of the rotary embedding
 * @param ropeScaling how the rotary embedding is stretched
 * @param tiedEmbedding whether the embedding also serves as the output head
 * @param attentionBias Llama only: whether the q, k, v and o projections have a bias
 * @param mlpBias Llama only: whether the gate, up and down projections have a bias
 * @param slidingWindows for each layer how many tokens back (itself counted) a token sees, or
 *     {@link #NO_WINDOW}; empty: no layer has a window. Llama has none, Mistral one for all layers,
 *     Qwen2 one for some layers
 * @param initializerRange standard deviation of fresh weights
 * @param type number type of the weights in the files
 * @param beginOfSequence ids of the token that starts a text, at most one
 * @param endOfSequence ids of the tokens that end a text
 */
@Builder(toBuilder = true)
public record HuggingFaceConfig(
    @NonNull Architecture architecture,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDimension,
    int maximumLength,
    double normEpsilon,
    double ropeTheta,
    @NonNull RopeScaling ropeScaling,
    boolean tiedEmbedding,
    boolean attentionBias,
    boolean mlpBias,
    @NonNull List<Integer> slidingWindows,
    double initializerRange,
    @NonNull TensorType type,
    @NonNull List<Integer> beginOfSequence,
    @NonNull List<Integer> endOfSequence) {

  /** The window of a layer whose tokens see all earlier ones. */
  public static final int NO_WINDOW = 0;

  /** Checks every number. */
  public HuggingFaceConfig {
    slidingWindows = List.copyOf(slidingWindows);
    beginOfSequence = List.copyOf(beginOfSequence);
    endOfSequence = List.copyOf(endOfSequence);
    requirePositive("vocab_size", vocabularySize);
    requirePositive("hidden_size", hiddenSize);
    requirePositive("intermediate_size", intermediateSize);
    requirePositive("num_hidden_layers", layers);
    requirePositive("num_attention_heads", heads);
    requirePositive("num_key_value_heads", keyValueHeads);
    requirePositive("head_dim", headDimension);
    requirePositive("max_position_embeddings", maximumLength);
    require(headDimension % 2 == 0, "head_dim must be even, but it is " + headDimension);
    require(
        heads % keyValueHeads == 0,
        "num_attention_heads must be a multiple of num_key_value_heads, but they are "
            + heads
            + " and "
            + keyValueHeads);
    require(normEpsilon > 0, "rms_norm_eps must be positive, but it is " + normEpsilon);
    require(ropeTheta > 0, "rope_theta must be positive, but it is " + ropeTheta);
    require(
        initializerRange >= 0,
        "initializer_range must not be negative, but it is " + initializerRange);
    require(
        slidingWindows.isEmpty() || slidingWindows.size() == layers,
        "sliding windows must be given for all " + layers + " layers or none");
    require(
        slidingWindows.stream().allMatch(window -> window >= 0),
        "sliding_window must be positive, but the windows are " + slidingWindows);
    requireForArchitecture(architecture, attentionBias || mlpBias, slidingWindows);
    require(type.isWeight(), "torch_dtype must be float32, float16 or bfloat16, but it is " + type);
  }

  /** The defaults: those of transformers' {@code LlamaConfig}; sizes have none. */
  public static class HuggingFaceConfigBuilder {
    private double normEpsilon = 1e-6;
    private double ropeTheta = 10_000;
    private RopeScaling ropeScaling = new RopeScaling.None();
    private List<Integer> slidingWindows = List.of();
    private double initializerRange = 0.02;
    private TensorType type = TensorType.F32;
    private List<Integer> beginOfSequence = List.of();
    private List<Integer> endOfSequence = List.of();
  }

  /**
   * Reads a {@code config.json}, old style or new.
   *
   * @param file the JSON file
   * @throws CheckpointException if it is missing, no JSON, or describes a model that cannot be
   *     built
   */
  public static HuggingFaceConfig read(@NonNull Path file) {
    return ConfigReader.read(file);
  }

  /**
   * How many tokens back (itself counted) a token of a layer sees.
   *
   * @return the window, or {@link #NO_WINDOW}
   */
  public int slidingWindow(int layer) {
    return slidingWindows.isEmpty() ? NO_WINDOW : slidingWindows.get(layer);
  }

  /** Whether the q, k and v projections have a bias. */
  public boolean queryKeyValueBias() {
    return architecture == Architecture.QWEN2 || attentionBias;
  }

  /** How many query heads share one key and value head. */
  public int groupSize() {
    return heads / keyValueHeads;
  }

  /**
   * Radians by which each pair of a head's channels turns per position, {@code [headDimension /
   * 2]}: {@code theta^(-2i / headDimension)}, scaled. Float32 throughout, as transformers does.
   */
  public float[] inverseFrequencies() {
    float[] frequencies = new float[headDimension / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (2f * i) / headDimension;
      frequencies[i] = ropeScaling.scale(1f / (float) Math.pow(ropeTheta, exponent));
    }
    return frequencies;
  }

  private static void requireForArchitecture(
      Architecture architecture, boolean bias, List<Integer> windows) {
    require(
        architecture == Architecture.LLAMA || !bias,
        "attention_bias and mlp_bias belong to Llama, not to " + architecture.className());
    long different = windows.stream().distinct().count();
    boolean possible =
        switch (architecture) {
          case LLAMA -> windows.isEmpty();
          case MISTRAL -> different <= 1;
          case QWEN2 -> different <= (windows.contains(NO_WINDOW) ? 2 : 1);
        };
    require(possible, architecture.className() + " cannot have the sliding windows " + windows);
  }

  private static void requirePositive(String field, int value) {
    require(value > 0, field + " must be positive, but it is " + value);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new CheckpointException("In config.json, " + problem + ".");
    }
  }
}
