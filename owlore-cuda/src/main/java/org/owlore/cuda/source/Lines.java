package org.owlore.cuda.source;

import java.util.List;

/** Text that is written line by line, blocks indented. */
final class Lines {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  /** A line. */
  void add(String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  /** Several lines. */
  void addAll(List<String> lines) {
    lines.forEach(this::add);
  }

  /** A line that ends with an opening brace. */
  void open(String line) {
    add(line + " {");
    depth++;
  }

  /** The closing brace. */
  void close() {
    depth--;
    add("}");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
