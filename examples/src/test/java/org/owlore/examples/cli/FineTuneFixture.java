package org.owlore.examples.cli;

import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model and data, and the command {@code owlore finetune} on them. */
abstract class FineTuneFixture {
  @TempDir Path folder;
  Path model;
  Path data;
  Path out;

  @BeforeEach
  void writeInputs() throws IOException {
    model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    out = folder.resolve("out");
    List<String> sums =
        IntStream.range(0, 8)
            .mapToObj(i -> "{\"question\":\"" + i + "+1\",\"answer\":\"" + (i + 1) + "\"}")
            .toList();
    data = Files.write(folder.resolve("sums.jsonl"), sums);
  }

  Run finetune(String method, Object... more) {
    return run(method, List.of("--gamma", 1, "--rank", 4), more);
  }

  /** With scores, because so small a model has no outliers of its own. */
  Run finetuneScored(String method, Object... more) throws IOException {
    Path even = Files.writeString(folder.resolve("even.json"), scores(1, 1, 1));
    return run(method, List.of("--gamma", 1, "--rank", 4, "--scores", even), more);
  }

  /** Options that are given twice are wrong usage, so a default gives way. */
  private Run run(String method, List<Object> defaults, Object... more) {
    List<Object> given = Arrays.asList(more);
    List<Object> arguments = new ArrayList<>(List.of("finetune", "--model", model, "--data", data));
    arguments.addAll(List.of("--method", method, "--out", out));
    for (int i = 0; i < defaults.size(); i += 2) {
      if (!given.contains(defaults.get(i))) {
        arguments.addAll(defaults.subList(i, i + 2));
      }
    }
    arguments.addAll(given);
    return owlore(arguments.toArray());
  }

  static String scores(double... values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> "{\"layer\":" + i + ",\"score\":" + values[i] + "}")
        .collect(Collectors.joining(",", "{\"metric\":\"mine\",\"layers\":[", "]}"));
  }

  static List<JsonNode> lines(Path log) throws IOException {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(log).stream().map(line -> read(json, line)).toList();
  }

  private static JsonNode read(ObjectMapper json, String line) {
    try {
      return json.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }
}
