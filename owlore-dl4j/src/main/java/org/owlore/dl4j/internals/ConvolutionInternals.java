package org.owlore.dl4j.internals;

import java.lang.reflect.Field;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import lombok.NonNull;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;

/** The helper that a convolution computes with. */
public final class ConvolutionInternals {
  private ConvolutionInternals() {}

  /**
   * Lets a convolution do something with another helper than its own, which comes back afterwards.
   *
   * @param layer has a helper or none
   * @param replacement makes the other helper from the layer's own, which may be null
   * @param action what to do
   * @throws IllegalStateException when this Deeplearning4j release has no such field
   */
  public static <T> T withHelper(
      @NonNull ConvolutionLayer layer,
      @NonNull UnaryOperator<ConvolutionHelper> replacement,
      @NonNull Supplier<T> action) {
    try {
      Field field = ConvolutionLayer.class.getDeclaredField("helper");
      field.setAccessible(true);
      ConvolutionHelper own = (ConvolutionHelper) field.get(layer);
      field.set(layer, replacement.apply(own));
      try {
        return action.get();
      } finally {
        field.set(layer, own);
      }
    } catch (NoSuchFieldException | IllegalAccessException e) {
      throw new IllegalStateException(
          "This Deeplearning4j release computes convolutions otherwise than 1.0.0-M2.1"
              + " (ConvolutionLayer.helper); frozen convolutions cannot be passed.",
          e);
    }
  }
}
