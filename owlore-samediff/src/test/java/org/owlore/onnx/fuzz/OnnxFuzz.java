package org.owlore.onnx.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import org.owlore.graph.LanguageModel;
import org.owlore.onnx.OnnxModel;

/**
 * Opens and loads damaged ONNX files and counts how that ends.
 *
 * <p>By hand, over any exports and for as many files as wanted, in a JVM with little memory: {@code
 * java -Xmx512m -Dorg.bytedeco.javacpp.maxbytes=1g -cp ... org.owlore.onnx.fuzz.OnnxFuzz EXPORTS
 * FILES KEPT}: the folder that holds the exports, how many files, and where those are kept that
 * ended badly. What the JVM dies of, if it does, is the file {@code current/model.onnx} there.
 */
final class OnnxFuzz {
  private static final int LIMIT_SECONDS = 20;

  private final List<Path> exports;
  private final Path kept;
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final List<String> failures = new ArrayList<>();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "fuzz");
            thread.setDaemon(true);
            return thread;
          });

  /** How opening and loading a file ends. */
  enum Outcome {
    /** With a model: the damage did not matter, or it makes another model. */
    MODEL,
    /** With an exception of this project whose message is one sentence. */
    CLEAR_ERROR,
    /** With anything else, or not at all. */
    FAILURE
  }

  /**
   * A fuzzer.
   *
   * @param exports ONNX files to damage
   * @param kept folder for files that end badly
   */
  OnnxFuzz(List<Path> exports, Path kept) {
    this.exports = List.copyOf(exports);
    this.kept = kept;
  }

  /** Runs over a folder of exports; see the class comment. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<Path> exports;
    try (Stream<Path> files = Files.walk(Path.of(arguments[0]))) {
      exports = files.filter(file -> file.endsWith("model.onnx")).sorted().toList();
    }
    OnnxFuzz fuzz = new OnnxFuzz(exports, Path.of(arguments[2]));
    int count = Integer.parseInt(arguments[1]);
    int told = 0;
    for (int seed = 0; seed < count; seed++) {
      fuzz.run(seed);
      fuzz.failures.stream().skip(told).forEach(System.out::println);
      told = fuzz.failures.size();
      if ((seed + 1) % 1000 == 0) {
        System.out.println((seed + 1) + " files: " + fuzz.outcomes);
      }
    }
  }

  /** How many files ended in which way. */
  Map<Outcome, Integer> outcomes() {
    return outcomes;
  }

  /** A line for each file that ended badly. */
  List<String> failures() {
    return failures;
  }

  /**
   * Makes, opens and loads one damaged file.
   *
   * @param seed what is damaged and how; the same file each time
   */
  void run(long seed) throws IOException, InterruptedException {
    Random random = new Random(seed);
    Path export = exports.get(random.nextInt(exports.size()));
    Path file = Files.createDirectories(kept.resolve("current")).resolve("model.onnx");
    Files.write(file, damaged(Files.readAllBytes(export), random));
    String problem = problem(file);
    if (problem != null) {
      failures.add("Seed %d, from %s: %s".formatted(seed, export, problem));
      Files.copy(file, kept.resolve("seed-" + seed + ".onnx"));
    }
  }

  private static byte[] damaged(byte[] file, Random random) throws IOException {
    if (random.nextBoolean()) {
      return ModelDamage.damaged(ModelProto.parseFrom(file), random).toByteArray();
    }
    ByteDamage[] ways = ByteDamage.values();
    return ways[random.nextInt(ways.length)].damage(file, random);
  }

  private String problem(Path file) throws InterruptedException {
    Future<LanguageModel> loaded = worker.submit(() -> OnnxModel.open(file).load());
    try {
      loaded.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      count(Outcome.MODEL);
      return null;
    } catch (TimeoutException slow) {
      count(Outcome.FAILURE);
      return "not loaded after " + LIMIT_SECONDS + " s";
    } catch (ExecutionException failure) {
      Throwable cause = failure.getCause();
      boolean clear = isClear(cause);
      count(clear ? Outcome.CLEAR_ERROR : Outcome.FAILURE);
      return clear ? null : cause + place(cause);
    }
  }

  private static boolean isClear(Throwable problem) {
    String message = problem.getMessage();
    return problem.getClass().getName().startsWith("org.owlore.")
        && message != null
        && message.endsWith(".")
        && message.lines().count() == 1
        && message.length() < 1000;
  }

  private static String place(Throwable problem) {
    return Stream.of(problem.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("org.owlore."))
        .findFirst()
        .map(frame -> " at " + frame)
        .orElse("");
  }

  private void count(Outcome outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }
}
