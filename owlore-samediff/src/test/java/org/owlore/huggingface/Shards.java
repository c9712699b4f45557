package org.owlore.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;
import org.owlore.safetensors.SafetensorsFile;
import org.owlore.safetensors.TensorEntry;

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
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      int from = tensors.size() * shard / count;
      int to = tensors.size() * (shard + 1) / count;
      for (TensorEntry tensor : tensors.subList(from, to)) {
        arrays.put(tensor.name(), whole.read(tensor.name(), tensor.type().dataType()));
        weightMap.put(tensor.name(), name);
      }
      SafetensorsFile.write(folder.resolve(name), arrays);
    }
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toPrettyString());
    Files.delete(single);
  }
}
