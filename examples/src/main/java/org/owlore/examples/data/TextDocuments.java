package org.owlore.examples.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Documents of a text file, separated by {@value #SEPARATOR}; white space around them is cut. */
final class TextDocuments {
  static final String SEPARATOR = "<|endoftext|>";

  private final BufferedReader reader;

  TextDocuments(BufferedReader reader) {
    this.reader = reader;
  }

  void forEach(Consumer<Example> examples) throws IOException {
    StringBuilder document = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      String[] parts = line.split(Pattern.quote(SEPARATOR), -1);
      for (int i = 0; i < parts.length - 1; i++) {
        emit(document.append(parts[i]), examples);
      }
      document.append(parts[parts.length - 1]).append('\n');
    }
    emit(document, examples);
  }

  private static void emit(StringBuilder document, Consumer<Example> examples) {
    String text = document.toString().strip();
    document.setLength(0);
    if (!text.isEmpty()) {
      examples.accept(new Example.Document(text));
    }
  }
}
