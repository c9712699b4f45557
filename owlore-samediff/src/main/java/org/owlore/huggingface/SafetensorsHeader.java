package org.owlore.huggingface;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import lombok.NonNull;

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

  /** Size of the whole file. */
  long fileBytes() {
    return dataStart() + entries.values().stream().mapToLong(TensorEntry::end).max().orElse(0);
  }

  /**
   * The header of a new file.
   *
   * @param tensors the tensors in file order, offsets without gaps
   */
  static SafetensorsHeader of(Collection<TensorEntry> tensors) {
    StringBuilder json = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    for (TensorEntry tensor : tensors) {
      json.append(
          ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.name(),
                  tensor.type(),
                  tensor.shape().toString().replace(" ", ""),
                  tensor.begin(),
                  tensor.end()));
      entries.put(tensor.name(), tensor);
    }
    json.append('}');
    while (json.length() % Long.BYTES != 0) {
      json.append(' ');
    }
    return new SafetensorsHeader(json.toString().getBytes(StandardCharsets.UTF_8), entries);
  }
}
