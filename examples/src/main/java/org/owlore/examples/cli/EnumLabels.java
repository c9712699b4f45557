package org.owlore.examples.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Constants as they are written on the command line: in lower case, with hyphens, such as {@code
 * owlore-full-rank}. Underscores and upper case are understood too.
 */
final class EnumLabels<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  private EnumLabels(Class<E> type) {
    this.type = type;
  }

  static <E extends Enum<E>> void register(CommandLine commandLine, Class<E> type) {
    commandLine.registerConverter(type, new EnumLabels<>(type));
  }

  @Override
  public E convert(String value) {
    String wanted = value.toLowerCase(Locale.ROOT).replace('_', '-');
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> label(constant).equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("'%s' is not one of %s".formatted(value, labels())));
  }

  private String labels() {
    return Arrays.stream(type.getEnumConstants())
        .map(EnumLabels::label)
        .collect(Collectors.joining(", "));
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
