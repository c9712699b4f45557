package org.owlore.cuda.lowering;

import java.util.Map;
import java.util.Set;
import org.owlore.cuda.kernel.NumberType;

/**
 * Which arrays exist in memory, and how their numbers are stored.
 *
 * @param stored arrays that operations make and keep
 * @param types how every array in memory is stored, inputs included
 */
record Storage(Set<String> stored, Map<String, NumberType> types) {

  boolean isStored(String origin) {
    return types.containsKey(origin);
  }

  NumberType type(String origin) {
    NumberType type = types.get(origin);
    if (type == null) {
      throw new IllegalStateException("Array \"" + origin + "\" is not in memory.");
    }
    return type;
  }
}
