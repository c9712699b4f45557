package org.owlore.examples.cli;

import java.util.List;
import org.owlore.finetune.Method;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The methods that are measured: those that PyTorch can be asked for, too. */
final class BenchmarkMethods {
  private static final List<Method> ALL = List.of(Method.FULL, Method.LISA, Method.OWLORE);

  private BenchmarkMethods() {}

  /** The methods, each once. */
  static List<Method> checked(CommandLine commandLine, String option, List<Method> asked) {
    for (Method method : asked) {
      if (!ALL.contains(method)) {
        throw new ParameterException(
            commandLine,
            "Invalid value for option '%s': '%s' is not one of full, lisa, owlore"
                .formatted(option, method.label()));
      }
    }
    return asked.stream().distinct().toList();
  }
}
