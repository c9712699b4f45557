package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.execution.ProgramExecutor;
import org.owlore.cuda.execution.ProgramObserver;
import org.owlore.cuda.execution.ResidentArrays;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.engine.PlanCompiler;
import org.owlore.engine.PlanRequest;

/**
 * One run of a program on the interpreter, under the hardest observer that the contract allows: it
 * takes a copy of each gradient and then ruins gradient and weight, as an update may.
 *
 * @param program what was run
 * @param gradients a copy of the gradient of each trained variable
 * @param outputs a copy of each output, float32
 */
public record DeviceTrial(
    Program program, Map<String, INDArray> gradients, Map<String, INDArray> outputs) {

  /** Runs a request. */
  public static DeviceTrial of(
      SameDiff graph,
      Map<String, INDArray> batch,
      PlanRequest request,
      Precision precision,
      AttentionForm form) {
    Program program =
        ProgramCompiler.compile(new PlanCompiler(graph).compile(request), precision, form);
    Map<String, INDArray> gradients = new HashMap<>();
    Map<String, INDArray> outputs = new HashMap<>();
    try (InterpretedDevice device = new InterpretedDevice();
        ResidentArrays resident = new ResidentArrays(device, graph);
        GrowingMemory arena = new GrowingMemory(device);
        ProgramExecutor executor = new ProgramExecutor(program, device, resident, arena)) {
      executor.prepare(batch);
      executor.run(ruining(device, resident, graph, gradients));
      for (String output : request.outputs()) {
        long[] shape = program.plan().values().get(output).type().dimensions();
        DeviceArray array = program.array(output);
        outputs.put(
            output, device.array(executor.place(output), array.type().getDataType(), shape));
      }
    }
    return new DeviceTrial(program, gradients, outputs);
  }

  private static ProgramObserver ruining(
      InterpretedDevice device,
      ResidentArrays resident,
      SameDiff graph,
      Map<String, INDArray> gradients) {
    return new ProgramObserver() {
      @Override
      public void gradient(String variable, Place gradient) {
        INDArray weight = graph.getArrForVarName(variable);
        gradients.put(variable, device.array(gradient, DataType.FLOAT, weight.shape()));
        ruin(gradient, DataType.FLOAT, weight);
        ruin(resident.place(variable), weight.dataType(), weight);
      }

      private void ruin(Place place, DataType type, INDArray like) {
        try (INDArray nothing = Nd4j.valueArrayOf(like.shape(), Double.NaN, type)) {
          device.upload(nothing.data().addressPointer(), place, like.length() * type.width());
        }
      }

      @Override
      public void visit(String name, Place place) {}
    };
  }
}
