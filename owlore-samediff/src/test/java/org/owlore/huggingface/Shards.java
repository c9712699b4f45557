package org.owlore.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Splits the one weight file of a checkpoint, as transformers names the pieces. */
final class Shards {
  private Shards() {}

  static void split(Path folder, int count) throws IOException {
    Path single = folder.resolve("model.safetensors");
    SafetensorsFile whole = SafetensorsFile.open(single);
    List<TensorEntry> tensors = new ArrayList<>(whole.tensors());
    ObjectNode index = new ObjectMapper().createObjectNode();
    index.putObject("metadata").put("total_size", Files.size(single));
    ObjectNode weightMap = index.putObject("weight_map");
    for (int shard = 0; shard < count; shard++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(shard + 1, count);
      Map<String, List<Long>> shapes = new LinkedHashMap<>();
      int from = tensors.size() * shard / count;
      int to = tensors.size() * (shard + 1) / count;
      for (TensorEntry tensor : tensors.subList(from, to)) {
        shapes.put(tensor.name(), tensor.shape());
        weightMap.put(tensor.name(), name);
      }
      SafetensorsWriter.write(
          folder.resolve(name),
          SafetensorsHeader.of(shapes, tensors.get(0).type()),
          (entry, writer) -> writer.encode(entry, whole.read(entry.name())));
    }
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toPrettyString());
    Files.delete(single);
  }
}
