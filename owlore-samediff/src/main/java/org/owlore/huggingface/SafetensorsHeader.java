package org.owlore.huggingface;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * The table at the start of a safetensors file: 8 bytes of length, then JSON.
 *
 * @param json the JSON as it stands in the file, padding included, so that a rewritten file starts
 *     with the very same bytes
 * @param entries tensor name to entry, ordered as in the JSON
 */
record SafetensorsHeader(@NonNull byte[] json, @NonNull Map<String, TensorEntry> entries) {
  /** Size of the length field before the JSON. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** Longest JSON that is accepted, as in the reference implementation. */
  static final int MAXIMUM_JSON_BYTES = 100_000_000;

  SafetensorsHeader {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** Where the tensors' bytes start in the file. */
  long dataStart() {
    return LENGTH_BYTES + (long) json.length;
  }

  /**
   * The header of a new file.
   *
   * @param shapes tensor name to shape, in file order
   * @param type of all tensors
   */
  static SafetensorsHeader of(Map<String, List<Long>> shapes, TensorType type) {
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    long position = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      long length = tensor.getValue().stream().reduce(1L, Math::multiplyExact);
      long end = position + length * type.bits() / Byte.SIZE;
      entries.put(
          tensor.getKey(),
          new TensorEntry(tensor.getKey(), type, tensor.getValue(), position, end));
      position = end;
    }
    return new SafetensorsHeader(toJson(entries.values()), entries);
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
