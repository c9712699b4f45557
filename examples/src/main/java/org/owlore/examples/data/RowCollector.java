package org.owlore.examples.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts sequences of ids into rows, and counts what was cut and what was left out. */
final class RowCollector {
  private final DataConfiguration configuration;
  private final List<TokenRow> rows = new ArrayList<>();
  private int examples;
  private int truncated;
  private int dropped;

  RowCollector(DataConfiguration configuration) {
    this.configuration = configuration;
  }

  /** Running text: cut into windows, so that nothing is lost. */
  void addDocument(int[] ids) {
    examples++;
    Optional<TokenRow> row = row(ids, 1);
    row.ifPresent(whole -> rows.addAll(whole.windows(configuration.getMaximumLength())));
    dropped += row.isEmpty() ? 1 : 0;
  }

  /** One row, cut at its end; left out if no label is left. */
  void addRow(int[] ids, int firstTarget) {
    examples++;
    Optional<TokenRow> whole = row(ids, firstTarget);
    Optional<TokenRow> cut =
        whole.map(row -> row.truncated(configuration.getMaximumLength())).filter(this::useful);
    cut.ifPresent(rows::add);
    dropped += cut.isEmpty() ? 1 : 0;
    truncated += cut.isPresent() && cut.get().length() < whole.get().length() ? 1 : 0;
  }

  TokenizedData finish() {
    List<TokenRow> finished =
        configuration.isPacking() ? Packing.pack(rows, configuration.getMaximumLength()) : rows;
    return new TokenizedData(finished, examples, truncated, dropped);
  }

  private Optional<TokenRow> row(int[] ids, int firstTarget) {
    return switch (configuration.getPurpose()) {
      case PREDICTING ->
          ids.length < 2 ? Optional.empty() : Optional.of(TokenRow.predicting(ids, firstTarget));
      case READING -> ids.length < 1 ? Optional.empty() : Optional.of(TokenRow.reading(ids));
    };
  }

  private boolean useful(TokenRow row) {
    return configuration.getPurpose() == DataConfiguration.Purpose.READING || row.targets() > 0;
  }
}
