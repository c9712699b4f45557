package org.owlore.cuda.training;

import java.util.Locale;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.engine.ArrayType;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.TrainingDevice;
import org.owlore.finetune.TrainingException;

/** Explains to a user that a device has too little memory, and what would fit. */
record Shortage(
    TrainingDevice.Step step,
    MemoryReport held,
    boolean frozenStateStays,
    OutOfDeviceMemoryException cause) {

  TrainingException exception() {
    return new TrainingException(
        String.format(
            Locale.ROOT,
            "The device's memory is too small for step %d: besides weights (%s), optimizer (%s) and workspace (%s), %s more are needed and %s are free; %s.",
            step.number(),
            text(held.weights()),
            text(held.optimizer()),
            text(held.workspace()),
            text(cause.getRequestedBytes()),
            text(cause.getFreeBytes()),
            advice()),
        cause);
  }

  /** How many rows would fit if memory grew with the rows, as it does for long rows. */
  private String advice() {
    long rows = rows();
    boolean checkpointed = !step.request().checkpoints().isEmpty();
    long room = cause.getFreeBytes() + held.workspace();
    long fitting = Math.min(rows - 1, rows * room / Math.max(1, cause.getRequestedBytes()));
    String smaller =
        fitting >= 1 ? "a batch of about " + fitting + " rows instead of " + rows : null;
    return "take "
        + (checkpointed ? "" : "block checkpointing or ")
        + (smaller == null ? "shorter rows" : smaller)
        + (frozenStateStays && held.optimizer() > 0 ? ", or offload frozen state" : "");
  }

  private long rows() {
    return step.request().placeholders().values().stream()
        .filter(type -> type.rank() > 0)
        .map(ArrayType::shape)
        .mapToLong(shape -> shape.get(0))
        .max()
        .orElse(1);
  }

  private static String text(long bytes) {
    return bytes < 1_000_000_000L
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
