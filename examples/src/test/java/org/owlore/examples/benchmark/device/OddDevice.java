package org.owlore.examples.benchmark.device;

import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.TrainingDevice;

/** Does all that another device does; tests change one thing. */
@RequiredArgsConstructor
class OddDevice implements TrainingDevice {
  private final TrainingDevice device;

  @Override
  public void begin() {
    device.begin();
  }

  @Override
  public void freezeAllBut(Set<String> trained) {
    device.freezeAllBut(trained);
  }

  @Override
  public Outcome step(Step step) {
    return device.step(step);
  }

  @Override
  public MemoryReport memory() {
    return device.memory();
  }

  @Override
  public void end(Set<String> trained) {
    device.end(trained);
  }

  @Override
  public void close() {
    device.close();
  }
}
