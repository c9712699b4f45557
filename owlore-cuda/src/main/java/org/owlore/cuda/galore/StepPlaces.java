package org.owlore.cuda.galore;

import java.util.ArrayList;
import java.util.List;
import lombok.NonNull;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.NumberType;

/**
 * Where a variable's update finds what it needs beside the state.
 *
 * @param scratch what it may work in
 * @param status whether all is well
 * @param scalars the variable's numbers of this step
 */
record StepPlaces(@NonNull Place scratch, @NonNull Place status, @NonNull Place scalars) {

  /** The arguments of {@link UpdateKernels#check}. */
  List<Place> ofCheck(Place numbers) {
    return List.of(numbers, status, Scalars.integers(scalars));
  }

  /** The arguments of a kernel that writes a weight, which end as all of them do. */
  List<Place> ofWeight(NumberType type, Place... first) {
    List<Place> places = new ArrayList<>(List.of(first));
    places.add(status);
    places.add(scalars);
    if (type.isNarrow()) {
      places.add(Scalars.integers(scalars));
      places.add(Scalars.noise(scalars));
    }
    return places;
  }
}
