package org.owlore.examples.cli;

import java.nio.file.Path;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.Devices;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.StepListener;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.precision.StorageType;

/** Trains a checkpoint in bfloat16 wherever it is told to. */
record DeviceFineTuning(String device, String precision) {

  void run(Path directory, Path output, FineTuneConfiguration configuration, BatchSource batches) {
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory);
    LanguageModel model = checkpoint.load(StorageType.BF16);
    TrainingDevice.Factory where = Devices.available().factory(device, precision);
    try (FineTuner tuner = new FineTuner(model, configuration, where)) {
      tuner.fit(batches, 60, StepListener.NONE);
    }
    checkpoint.save(model, output);
  }
}
