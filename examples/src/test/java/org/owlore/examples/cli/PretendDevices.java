package org.owlore.examples.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.owlore.finetune.DeviceProvider;
import org.owlore.finetune.Devices;
import org.owlore.finetune.ForwardDevice;
import org.owlore.finetune.TrainingDevice;

/** Two devices of which the first one is the host under another name, and the second is broken. */
public final class PretendDevices implements DeviceProvider {

  @Override
  public String kind() {
    return "pretend";
  }

  @Override
  public List<Description> devices() {
    return List.of(
        new Description("The host in disguise", null),
        new Description("An old one", "pretend:1 is too old: take pretend:0."));
  }

  @Override
  public String problem() {
    return null;
  }

  @Override
  public TrainingDevice.Factory factory(
      int number, String precision, Map<String, String> settings) {
    return Devices.available().factory(Devices.HOST, null);
  }

  @Override
  public ForwardDevice.Factory forward(int number, String precision, Map<String, String> settings) {
    return Devices.available().forward(Devices.HOST, null);
  }

  @Override
  public Set<String> settings() {
    return Set.of("OWLORE_CUDA_ATTENTION", "OWLORE_CUDA_GRAPHS");
  }

  @Override
  public List<String> precisions() {
    return List.of("float32", "bf16");
  }
}
