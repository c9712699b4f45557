package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** README.md does what it says: every command runs, every snippet is code that a test runs. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir private Path folder;

  @Test
  void everyCommandRunsInTheOrderGiven() throws IOException {
    Path model = OutlierModel.writeTo(Files.createDirectory(folder.resolve("tiny")));
    Files.move(model, folder.resolve("my-model"));
    writeQuestions("train.jsonl");
    writeQuestions("test.jsonl");
    writeExport();

    blocks("bash")
        .flatMap(String::lines)
        .filter(line -> line.startsWith("./owlore "))
        .forEach(line -> Run.owlore(arguments(line)).succeeds());

    assertThat(folder.resolve("tuned/model.safetensors")).exists();
    assertThat(folder.resolve("scores.json")).exists();
    assertThat(folder.resolve("tuned.onnx")).exists();
  }

  @Test
  void theTestCommandIsTheOneThatContinuousIntegrationRuns() throws IOException {
    String command =
        blocks("bash")
            .flatMap(String::lines)
            .filter(line -> line.startsWith("mvn "))
            .toList()
            .get(0);

    assertThat(Files.readString(root().resolve(".ci/run"))).contains("\n" + command + " ");
  }

  @Test
  void everySnippetIsCodeThatATestRuns() throws IOException {
    Path tests = root().resolve("examples/src/test/java/org/owlore/examples/cli");
    String tested =
        Files.readString(tests.resolve("ReadmeSnippetsTest.java"))
            + Files.readString(tests.resolve("ReadmeNetworkSnippetsTest.java"))
            + Files.readString(tests.resolve("DeviceFineTuning.java"));

    assertThat(blocks("java"))
        .isNotEmpty()
        .allSatisfy(snippet -> assertThat(squeezed(tested)).contains(squeezed(snippet)));
  }

  @Test
  void theDependenciesAreThoseOfTheBuild() throws IOException {
    String build = squeezed(Files.readString(root().resolve("pom.xml")));
    String dependencies = squeezed(blocks("xml").findFirst().orElseThrow());

    assertThat(dependencies).contains(tag("version", valueOf("version", build)));
    assertThat(dependencies).contains(tag("version", valueOf("nd4j.version", build)));
    assertThat(build).contains("<artifactId>owlore-samediff</artifactId>");
  }

  private static String valueOf(String name, String build) {
    int start = build.indexOf("<" + name + ">") + name.length() + 2;
    return build.substring(start, build.indexOf("</" + name + ">", start));
  }

  private static String tag(String name, String value) {
    return "<" + name + ">" + value + "</" + name + ">";
  }

  @Test
  void everyLinkedFileExists() throws IOException {
    Matcher link = Pattern.compile("\\]\\((?!http)([^)]+)\\)").matcher(readme());
    while (link.find()) {
      assertThat(root().resolve(link.group(1))).exists();
    }
  }

  private void writeQuestions(String name) throws IOException {
    String line = "{\"question\": \"the cat sat\", \"answer\": \"the dog ran\"}\n";
    Files.writeString(folder.resolve(name), line.repeat(8));
  }

  private void writeExport() throws IOException {
    try (InputStream export = ReadmeTest.class.getResourceAsStream("/onnx/gpt2.onnx")) {
      Files.copy(export, folder.resolve("gpt2.onnx"));
    }
    int[][] tokens = new int[8][12];
    for (int i = 0; i < 8 * 12; i++) {
      tokens[i / 12][i % 12] = i * 7 % 61;
    }
    Nd4j.writeAsNumpy(Nd4j.createFromArray(tokens), folder.resolve("tokens.npy").toFile());
  }

  /** Files and folders of the commands lie in this test's own folder. */
  private Object[] arguments(String line) {
    List<String> ours =
        List.of(
            "my-model",
            "train.jsonl",
            "test.jsonl",
            "tuned",
            "scores.json",
            "demo",
            "gpt2.onnx",
            "tokens.npy",
            "layers.json",
            "tuned.onnx");
    String where = line.endsWith(" quickstart") ? line + " --out demo" : line;
    return WORD.matcher(where.substring("./owlore ".length()))
        .results()
        .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
        .map(word -> ours.contains(word) ? folder.resolve(word).toString() : word)
        .toArray();
  }

  private static Stream<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(readme())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2));
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static String readme() throws IOException {
    return Files.readString(root().resolve("README.md"));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
