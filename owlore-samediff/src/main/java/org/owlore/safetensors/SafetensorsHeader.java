package org.owlore.safetensors;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;
import org.owlore.files.CheckpointException;

/**
 * The table at the start of a safetensors file: 8 bytes of length, then JSON.
 *
 * @param json the JSON as it stands in the file, padding included, so that a rewritten file starts
 *     with the very same bytes
 * @param entries tensor name to entry, ordered as in the JSON
 */
public record SafetensorsHeader(@NonNull byte[] json, @NonNull Map<String, TensorEntry> entries) {
  /** Size of the length field before the JSON. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** Longest JSON that is accepted, as in the reference implementation. */
  static final int MAXIMUM_JSON_BYTES = 100_000_000;

  /** Copies the table. */
  public SafetensorsHeader {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** Where the tensors' bytes start in the file. */
  long dataStart() {
    return LENGTH_BYTES + (long) json.length;
  }

  /**
   * The header of a new file whose tensors are all of one type.
   *
   * @param shapes tensor name to shape, in file order
   * @param type of all tensors
   */
  public static SafetensorsHeader of(
      @NonNull Map<String, List<Long>> shapes, @NonNull TensorType type) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> append(entries, name, type, shape));
    return new SafetensorsHeader(toJson(entries.values()), entries);
  }

  /**
   * The header of a new file that holds arrays as the numbers they are.
   *
   * @param arrays tensor name to array of type FLOAT, HALF or BFLOAT16, in file order
   * @throws CheckpointException if an array is of another type
   */
  static SafetensorsHeader of(Map<String, INDArray> arrays) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          TensorType type =
              TensorType.of(array.dataType())
                  .orElseThrow(
                      () ->
                          new CheckpointException(
                              "Weight %s is of type %s, but weights must be FLOAT, HALF or BFLOAT16."
                                  .formatted(name, array.dataType())));
          append(entries, name, type, Arrays.stream(array.shape()).boxed().toList());
        });
    return new SafetensorsHeader(toJson(entries.values()), entries);
  }

  private static void append(
      Map<String, TensorEntry> entries, String name, TensorType type, List<Long> shape) {
    long begin = entries.values().stream().mapToLong(TensorEntry::end).max().orElse(0);
    long length = shape.stream().reduce(1L, Math::multiplyExact);
    long end = begin + length * type.bits() / Byte.SIZE;
    entries.put(name, new TensorEntry(name, type, shape, begin, end));
  }

  /** The JSON, padded so that the numbers behind it are aligned. */
  private static byte[] toJson(Collection<TensorEntry> entries) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject("__metadata__").put("format", "pt");
    for (TensorEntry entry : entries) {
      ObjectNode tensor = json.putObject(entry.name());
      tensor.put("dtype", entry.type().name());
      entry.shape().forEach(tensor.putArray("shape")::add);
      tensor.putArray("data_offsets").add(entry.begin()).add(entry.end());
    }
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, (bytes.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    return padded;
  }
}
